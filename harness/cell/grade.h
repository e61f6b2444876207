/* SPDX-License-Identifier: Apache-2.0 */
/* The grade of evidence that an accelerator provides on this host for a platform. */
#ifndef TS_CELL_GRADE_H
#define TS_CELL_GRADE_H

#include "model/platform.h"

/* The host's CPU from the text of /proc/cpuinfo: vendor_id (x86) or MIDR without variant and
 * revision. */
struct host_cpu {
    bool known;
    enum arch arch;
    char vendor[32];
    unsigned implementer, part;
};
void host_cpu_parse(const char *cpuinfo, const char *machine, struct host_cpu *ret_cpu);
void host_cpu_read(struct host_cpu *ret_cpu);

/* TCG: emulated. KVM: native if the host has that CPU family, else virtual. */
enum grade grade_of(enum accel accel, const struct platform *platform, const struct host_cpu *host);

#endif
