/* SPDX-License-Identifier: Apache-2.0 */
/* What tells one host from another, for answers and states that hold only on one. */
#ifndef TS_GUEST_HOST_HOST_H
#define TS_GUEST_HOST_HOST_H

/* The CPU as /proc/cpuinfo names it: vendor, family, model (x86) or implementer and part (Arm).
 * Caller frees; never NULL. */
char *host_cpu(void);

/* The kernel's id of this boot, its release and the CPU: an answer about /dev/kvm holds as long as
 * they stay. Caller frees; never NULL. */
char *host_identity(void);

#endif
