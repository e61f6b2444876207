/* SPDX-License-Identifier: Apache-2.0 */
/* Identifies a host, for results and saved states that are valid on one host only. */
#ifndef TS_GUEST_HOST_HOST_H
#define TS_GUEST_HOST_HOST_H

/* Returns the CPU as in /proc/cpuinfo: vendor, family, model (x86) or implementer and part (Arm).
 * Caller frees; never NULL. */
char *host_cpu(void);

/* Returns the boot ID, kernel release and CPU: a result of testing /dev/kvm is valid while they
 * stay the same. Caller frees; never NULL. */
char *host_identity(void);

#endif
