/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hypervisor's root: a short folder below the runtime folder, with a lock that its process holds
 * while it lives. Sockets, QEMU's pid files and libvirt's own state lie below it.
 */
#ifndef TS_GUEST_HOST_ROOT_H
#define TS_GUEST_HOST_ROOT_H

#include <stdbool.h>

#include "base/cleanup.h"

struct error;

struct root {
    char *path;
    int lock; /* descriptor that holds the lock */
};

/* Makes and locks one. share: others may enter the folder (a daemon of another user connects to
 * the console's socket there). -ENAMETOOLONG says which folder is too long. */
int root_make(bool share, struct root **ret_root, struct error **err);

/* Kills the QEMU processes that were started below it, removes it and ends the lock. */
void root_remove(struct root *root);

/* Writes `text` to a file of the root that a sweep reads: the daemon's domain that is to be ended
 * with it. */
int root_note(const struct root *root, const char *name, const char *text, struct error **err);

#endif
