/* SPDX-License-Identifier: Apache-2.0 */
/* Which grade of evidence an accelerator gives on this host for a platform. */
#ifndef TS_CELL_GRADE_H
#define TS_CELL_GRADE_H

#include "model/platform.h"

/* The host's own CPU, from /proc/cpuinfo's text: vendor_id (x86) or MIDR without variant and
 * revision. */
struct host_cpu {
    bool known;
    enum arch arch;
    char vendor[32];
    unsigned implementer, part;
};
void host_cpu_parse(const char *cpuinfo, const char *machine, struct host_cpu *ret_cpu);
void host_cpu_read(struct host_cpu *ret_cpu);

/* TCG: emulated. KVM: native where the host is that CPU family, else virtual. */
enum grade grade_of(enum accel accel, const struct platform *platform, const struct host_cpu *host);

#endif
