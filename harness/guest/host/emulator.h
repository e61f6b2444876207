/* SPDX-License-Identifier: Apache-2.0 */
/* Where QEMU is on this host, and which. */
#ifndef TS_GUEST_HOST_EMULATOR_H
#define TS_GUEST_HOST_EMULATOR_H

#include "model/words.h"

struct error;

/* Full path of the system emulator for an architecture: qemu-system-ARCH in PATH, or the
 * /usr/libexec/qemu-kvm of RHEL-like hosts for their own architecture. Caller frees. -ENOENT names
 * the package to install. */
int emulator_find(enum arch arch, char **ret_path, struct error **err);

/* "7.2.22" with the distribution's own mark behind it where there is one. Caller frees. */
int emulator_version(const char *path, char **ret_version, struct error **err);

/* The architecture of this host; ARCH_COUNT for one we do not know. */
enum arch emulator_host_arch(void);

#endif
