/* SPDX-License-Identifier: Apache-2.0 */
/* A hypervisor's root: a folder with a short path in the runtime folder, locked by its process
 * while it lives. It contains sockets, QEMU's pid files and libvirt's own state. */
#ifndef TS_GUEST_HOST_ROOT_H
#define TS_GUEST_HOST_ROOT_H

#include <stdbool.h>

#include "base/cleanup.h"

struct error;

struct root {
    char *path;
    int lock; /* descriptor of the locked file */
};

/* Creates and locks a root. share: other users may enter the folder (a daemon running as another
 * user connects to the console's socket there). -ENAMETOOLONG names the folder that is too long. */
int root_make(bool share, struct root **ret_root, struct error **err);

/* Kills the QEMU processes started in the root, removes it and releases the lock. */
void root_remove(struct root *root);

/* Writes `text` to a file of the root that a sweep reads: the daemon's domain to end along with
 * it. */
int root_note(const struct root *root, const char *name, const char *text, struct error **err);

#endif
