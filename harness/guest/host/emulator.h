/* SPDX-License-Identifier: Apache-2.0 */
/* Finds QEMU on this host and its version. */
#ifndef TS_GUEST_HOST_EMULATOR_H
#define TS_GUEST_HOST_EMULATOR_H

#include "model/words.h"

struct error;

/* Returns the path of the system emulator for an architecture: qemu-system-ARCH in PATH, or on
 * RHEL-like hosts /usr/libexec/qemu-kvm for their own architecture. Caller frees. -ENOENT names the
 * package to install. */
int emulator_find(enum arch arch, char **ret_path, struct error **err);

/* Returns "7.2.22", followed by the distribution's version in parentheses if there is one. Caller
 * frees. */
int emulator_version(const char *path, char **ret_version, struct error **err);

/* The same, read from HOME/host/qemu-versions if this program, by device, inode, size, mtime and
 * ctime, has been asked before: starting QEMU for its version takes 20 ms. */
int emulator_version_cached(const char *path, const char *home, char **ret_version,
                            struct error **err);

/* The architecture of this host; ARCH_COUNT if unsupported. */
enum arch emulator_host_arch(void);

#endif
