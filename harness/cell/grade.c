/* SPDX-License-Identifier: Apache-2.0 */
/* The grade is determined by the accelerator and, under KVM, by the host's CPU. */
#include "cell/grade.h"

#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/cleanup.h"
#include "base/path.h"

enum { CPUINFO_LIMIT = 4 << 20 };

/* The value after "key\t: " in the first line that begins with key. */
static bool field(const char *cpuinfo, const char *key, char *value, size_t size)
{
    size_t length = strlen(key);

    for (const char *line = cpuinfo; line != NULL && *line != '\0';) {
        const char *end = strchrnul(line, '\n'), *colon = memchr(line, ':', (size_t)(end - line));

        if (colon != NULL && strncmp(line, key, length) == 0 &&
            strchr(" \t:", line[length]) != NULL) {
            size_t rest = 0;

            colon += strspn(colon + 1, " \t") + 1;
            rest = (size_t)(end - colon);
            if (rest >= size)
                return false;
            memcpy(value, colon, rest);
            value[rest] = '\0';
            return true;
        }
        line = *end != '\0' ? end + 1 : NULL;
    }
    return false;
}

void host_cpu_parse(const char *cpuinfo, const char *machine, struct host_cpu *ret_cpu)
{
    struct host_cpu cpu = {0};
    char text[32];

    if (arch_parse(machine, &cpu.arch)) {
        if (cpu.arch == ARCH_X86_64)
            cpu.known = field(cpuinfo, "vendor_id", cpu.vendor, sizeof(cpu.vendor));
        else if (field(cpuinfo, "CPU implementer", text, sizeof(text))) {
            cpu.implementer = (unsigned)strtoul(text, NULL, 16);
            cpu.known = field(cpuinfo, "CPU part", text, sizeof(text));
            cpu.part = (unsigned)strtoul(text, NULL, 16);
        }
    }
    *ret_cpu = cpu;
}

void host_cpu_read(struct host_cpu *ret_cpu)
{
    _cleanup_buffer_ struct buffer cpuinfo = {0};
    struct utsname host;

    *ret_cpu = (struct host_cpu){0};
    if (uname(&host) == 0 && path_read("/proc/cpuinfo", CPUINFO_LIMIT, &cpuinfo, NULL) == 0)
        host_cpu_parse(cpuinfo.data, host.machine, ret_cpu);
}

enum grade grade_of(enum accel accel, const struct platform *platform, const struct host_cpu *host)
{
    const struct identity_rule *rule = &platform->identity[GRADE_NATIVE];

    if (accel == ACCEL_TCG)
        return GRADE_EMULATED;
    if (!host->known || host->arch != platform->arch || !rule->given)
        return GRADE_VIRTUAL;
    if (platform->arch == ARCH_X86_64)
        return strv_has(&rule->vendors, host->vendor) ? GRADE_NATIVE : GRADE_VIRTUAL;
    /* MIDR_EL1: implementer in bits 31:24, part in bits 15:4 (Arm ARM, D17.2.97). */
    return rule->midr >> 24 == host->implementer && (rule->midr >> 4 & 0xfff) == host->part
               ? GRADE_NATIVE
               : GRADE_VIRTUAL;
}
