/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The connection to libvirt. By default the QEMU driver runs inside this process (qemu:///embed),
 * in a private root folder with a short path. The root is locked while the process lives, so that
 * the remains of a dead process can be recognised and removed (sweep.h).
 *
 * libvirt waits for its own children: a process that opens a hypervisor must not reap others. See
 * reaper.h for the process that does.
 */
#ifndef TS_GUEST_DOMAIN_HYPERVISOR_H
#define TS_GUEST_DOMAIN_HYPERVISOR_H

#include <stdbool.h>

#include "base/cleanup.h"
#include "model/words.h"

struct error;
struct hypervisor;

struct hypervisor_options {
    const char *uri;  /* NULL: qemu:///embed; else qemu:///session or qemu:///system */
    const char *home; /* $TOUCHSTONE_HOME: contains the shared cache of QEMU's capabilities */
    const char *job;  /* name of the job, for messages */
};

/* A process can open one embedded hypervisor, once: libvirt keeps using its root until the process
 * ends. -EBUSY: a second one; -ENOTSUP: remote URI; -ENOENT: libvirt's QEMU driver is not installed
 * (names the package); -ENAMETOOLONG: the runtime folder's path is too long for a UNIX socket. */
int hypervisor_open(const struct hypervisor_options *options, struct hypervisor **ret_hypervisor,
                    struct error **err);

/* Closes the connection and removes the root and everything in it. Free guests first. */
void hypervisor_close(struct hypervisor *hypervisor);
DEFINE_CLEANUP(struct hypervisor *, hypervisor_close)

/* A private folder that is removed with the connection. Borrowed. */
const char *hypervisor_folder(const struct hypervisor *hypervisor);

/* Gives a daemon's QEMU, which runs as another user, access to the file at `path`: its folder gets
 * mode 0711 (may be entered, not listed). Does nothing for an embedded hypervisor. */
int hypervisor_admit(const struct hypervisor *hypervisor, const char *path, struct error **err);

/* True for the driver in this process: QEMU runs as this user and unconfined. */
bool hypervisor_is_embed(const struct hypervisor *hypervisor);

/* Versions: libvirt's as "9.0.0"; the emulator's for an architecture as "7.2.22 (Debian …)",
 * queried once; -ENOENT names QEMU's package. Borrowed. */
const char *hypervisor_libvirt_version(const struct hypervisor *hypervisor);
int hypervisor_qemu_version(struct hypervisor *hypervisor, enum arch arch, const char **ret_version,
                            struct error **err);

#endif
