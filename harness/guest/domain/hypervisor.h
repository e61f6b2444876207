/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The connection to libvirt. By default the QEMU driver runs inside this process
 * (qemu:///embed) below a short private root that is locked while it lives, so what a dead process
 * left can be told and removed (sweep.h).
 *
 * libvirt waits for its own children: a process that opens a hypervisor must not reap strangers.
 * See reaper.h for who does.
 */
#ifndef TS_GUEST_DOMAIN_HYPERVISOR_H
#define TS_GUEST_DOMAIN_HYPERVISOR_H

#include "base/cleanup.h"
#include "model/words.h"

struct error;
struct hypervisor;

struct hypervisor_options {
    const char *uri;  /* NULL: qemu:///embed; qemu:///session, qemu:///system */
    const char *home; /* $TOUCHSTONE_HOME: the shared cache of QEMU's capabilities lies below it */
    const char *job;  /* whose it is, for messages */
};

/* One embedded hypervisor a process, and only once: libvirt keeps its root to the process's end.
 * -EBUSY for a second; -ENOTSUP for a remote URI; -ENOENT when libvirt's QEMU driver is not
 * installed, naming the package; -ENAMETOOLONG when the runtime folder is too long for a UNIX
 * socket. */
int hypervisor_open(const struct hypervisor_options *options, struct hypervisor **ret_hypervisor,
                    struct error **err);

/* Ends the connection and removes the root with all that is below it. Guests must be freed before.
 */
void hypervisor_close(struct hypervisor *hypervisor);
DEFINE_CLEANUP(struct hypervisor *, hypervisor_close)

/* A private folder that lives as long as the connection. Borrowed. */
const char *hypervisor_folder(const struct hypervisor *hypervisor);

/* A daemon's QEMU runs as a user of its own: lets it reach the file at `path` through its folder,
 * which nobody else may list (0711). Nothing to do for an embedded one. */
int hypervisor_admit(const struct hypervisor *hypervisor, const char *path, struct error **err);

/* "9.0.0", and "7.2.22 (Debian …)" of the emulator for an architecture, which is asked once;
 * -ENOENT names QEMU's package. Borrowed. */
const char *hypervisor_libvirt_version(const struct hypervisor *hypervisor);
int hypervisor_qemu_version(struct hypervisor *hypervisor, enum arch arch, const char **ret_version,
                            struct error **err);

#endif
