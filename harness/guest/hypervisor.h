/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The connection to libvirt. By default the QEMU driver runs inside this process
 * (qemu:///embed) below a short private root that is locked while it lives, so what a dead process
 * left can be told and removed.
 *
 * libvirt waits for its own children: a process that opens a hypervisor must not reap strangers.
 * See reaper.h for who does.
 */
#ifndef TS_GUEST_HYPERVISOR_H
#define TS_GUEST_HYPERVISOR_H

#include <stdbool.h>

#include "base/cleanup.h"
#include "model/words.h"

struct error;
struct hypervisor;

struct hypervisor_options {
    const char *uri;  /* NULL: qemu:///embed; qemu:///session, qemu:///system */
    const char *home; /* $TOUCHSTONE_HOME: the shared cache of QEMU's capabilities lies below it */
    const char *job;  /* named in messages and in what is left for a sweep */
};

/* One embedded hypervisor a process: a second is -EBUSY. -ENOTSUP for a remote URI; -ENOENT when
 * QEMU or libvirt's QEMU driver is not installed, naming the package; -ENAMETOOLONG when the
 * runtime folder is too long for a UNIX socket. */
int hypervisor_open(const struct hypervisor_options *options, struct hypervisor **ret_hypervisor,
                    struct error **err);

/* Ends the connection and removes the root with all that is below it. Guests must be freed before.
 */
void hypervisor_close(struct hypervisor *hypervisor);
DEFINE_CLEANUP(struct hypervisor *, hypervisor_close)

/* A private folder that lives as long as the connection: for overlays and other short-lived files
 * that need no size. Borrowed. */
const char *hypervisor_folder(const struct hypervisor *hypervisor);

/* "9.0.0", and "7.2.22" of the emulator for an architecture (asked once). Borrowed. */
const char *hypervisor_libvirt_version(struct hypervisor *hypervisor);
int hypervisor_qemu_version(struct hypervisor *hypervisor, enum arch arch, const char **ret_version,
                            struct error **err);

/* Ends the guests and removes the roots of hypervisors whose process is dead (killed workers).
 * Safe beside live ones. ret_count: roots removed; may be NULL. */
int hypervisor_sweep(unsigned *ret_count, struct error **err);

#endif
