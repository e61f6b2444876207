/* SPDX-License-Identifier: Apache-2.0 */
/* What the CPU reports about itself to unprivileged programs. */
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>

#include "isa.h"
#include "probe.h"

#ifdef __x86_64__
#include <cpuid.h>

/* CPUID leaves that programs use for decisions: Intel SDM volume 2A and AMD APM volume 3. */
static const struct {
    unsigned leaf, subleaf;
} leaves[] = {{0x0, 0},        {0x1, 0},        {0x7, 0},       {0x7, 1},
              {0xd, 0},        {0xd, 1},        {0x16, 0},      {0x80000000, 0},
              {0x80000001, 0}, {0x80000007, 0}, {0x80000008, 0}};

void isa_observe_cpu(void)
{
    unsigned a, b, c, d, top, top_extended, low, high;
    char name[49] = "", key[40];

    __cpuid(0, top, b, c, d);
    __cpuid(0x80000000, top_extended, b, c, d);
    for (size_t i = 0; i < sizeof(leaves) / sizeof(leaves[0]); i++) {
        if (leaves[i].leaf > (leaves[i].leaf & 0x80000000 ? top_extended : top))
            continue;
        __cpuid_count(leaves[i].leaf, leaves[i].subleaf, a, b, c, d);
        snprintf(key, sizeof(key), "cpu.cpuid.%x.%x", leaves[i].leaf, leaves[i].subleaf);
        observe(key, "", "%08x %08x %08x %08x", a, b, c, d);
    }
    for (unsigned leaf = 0; top_extended >= 0x80000004 && leaf < 3; leaf++) {
        __cpuid(0x80000002 + leaf, a, b, c, d);
        memcpy(name + leaf * 16, (unsigned[]){a, b, c, d}, 16);
    }
    observe("cpu.name", "", "%s", name);
    __cpuid(1, a, b, c, d);
    if ((c & bit_OSXSAVE) != 0) {
        __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
        observe("cpu.xcr0", "", "0x%08x%08x", high, low);
    }
}
#else
#define HWCAP_CPUID_BIT (1UL << 11)

#define REGISTER(name, code)                                                                       \
    do {                                                                                           \
        unsigned long value;                                                                       \
                                                                                                   \
        __asm__ volatile("mrs %0, " code : "=r"(value));                                           \
        observe("cpu." name, "", "0x%016lx", value);                                               \
    } while (0)

/* Linux emulates these reads for programs (Documentation/arch/arm64/cpu-feature-registers.rst). */
void isa_observe_cpu(void)
{
    if ((getauxval(AT_HWCAP) & HWCAP_CPUID_BIT) == 0)
        return;
    REGISTER("midr_el1", "s3_0_c0_c0_0");
    REGISTER("id_aa64pfr0_el1", "s3_0_c0_c4_0");
    REGISTER("id_aa64pfr1_el1", "s3_0_c0_c4_1");
    REGISTER("id_aa64zfr0_el1", "s3_0_c0_c4_4");
    REGISTER("id_aa64isar0_el1", "s3_0_c0_c6_0");
    REGISTER("id_aa64isar1_el1", "s3_0_c0_c6_1");
    REGISTER("id_aa64isar2_el1", "s3_0_c0_c6_2");
    REGISTER("ctr_el0", "ctr_el0");
    REGISTER("dczid_el0", "dczid_el0");
}
#endif
