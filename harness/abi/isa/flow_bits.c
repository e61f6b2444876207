/* SPDX-License-Identifier: Apache-2.0 */
/* The bits of CPUID, libgcc's __cpu_model and AT_HWCAP that indicate each extension. */
#include <elf.h>
#include <string.h>

#include "abi/isa/flow.h"

struct bit {
    enum origin origin;
    uint32_t value; /* as in struct known */
    uint8_t bit;
    const char *feature;
};
#define LEAF(leaf, reg) ((leaf) << 8 | (reg))

static const struct bit x86_bits[] = {
    {FROM_CPUID, LEAF(1, 2), 0, "pni"},
    {FROM_CPUID, LEAF(1, 2), 1, "pclmulqdq"},
    {FROM_CPUID, LEAF(1, 2), 9, "ssse3"},
    {FROM_CPUID, LEAF(1, 2), 12, "fma"},
    {FROM_CPUID, LEAF(1, 2), 19, "sse4_1"},
    {FROM_CPUID, LEAF(1, 2), 20, "sse4_2"},
    {FROM_CPUID, LEAF(1, 2), 22, "movbe"},
    {FROM_CPUID, LEAF(1, 2), 23, "popcnt"},
    {FROM_CPUID, LEAF(1, 2), 25, "aes"},
    {FROM_CPUID, LEAF(1, 2), 28, "avx"},
    {FROM_CPUID, LEAF(1, 2), 29, "f16c"},
    {FROM_CPUID, LEAF(1, 2), 30, "rdrand"},
    {FROM_CPUID, LEAF(7, 1), 0, "fsgsbase"},
    {FROM_CPUID, LEAF(7, 1), 3, "bmi1"},
    {FROM_CPUID, LEAF(7, 1), 5, "avx2"},
    {FROM_CPUID, LEAF(7, 1), 8, "bmi2"},
    {FROM_CPUID, LEAF(7, 1), 16, "avx512f"},
    {FROM_CPUID, LEAF(7, 1), 17, "avx512f"},
    {FROM_CPUID, LEAF(7, 1), 18, "rdseed"},
    {FROM_CPUID, LEAF(7, 1), 19, "adx"},
    {FROM_CPUID, LEAF(7, 1), 21, "avx512f"},
    {FROM_CPUID, LEAF(7, 1), 23, "clflushopt"},
    {FROM_CPUID, LEAF(7, 1), 24, "clwb"},
    {FROM_CPUID, LEAF(7, 1), 28, "avx512f"},
    {FROM_CPUID, LEAF(7, 1), 29, "sha_ni"},
    {FROM_CPUID, LEAF(7, 1), 30, "avx512f"},
    {FROM_CPUID, LEAF(7, 1), 31, "avx512f"},
    {FROM_CPUID, LEAF(7, 2), 1, "avx512f"},
    {FROM_CPUID, LEAF(7, 2), 6, "avx512f"},
    {FROM_CPUID, LEAF(7, 2), 8, "gfni"},
    {FROM_CPUID, LEAF(7, 2), 9, "vaes"},
    {FROM_CPUID, LEAF(7, 2), 10, "vpclmulqdq"},
    {FROM_CPUID, LEAF(7, 2), 11, "avx512f"},
    {FROM_CPUID, LEAF(7, 2), 12, "avx512f"},
    {FROM_CPUID, LEAF(7, 2), 14, "avx512f"},
    {FROM_CPUID, LEAF(7, 2), 22, "rdpid"},
    {FROM_MODEL, 0, 2, "popcnt"},
    {FROM_MODEL, 0, 5, "pni"},
    {FROM_MODEL, 0, 6, "ssse3"},
    {FROM_MODEL, 0, 7, "sse4_1"},
    {FROM_MODEL, 0, 8, "sse4_2"},
    {FROM_MODEL, 0, 9, "avx"},
    {FROM_MODEL, 0, 10, "avx2"},
    {FROM_MODEL, 0, 11, "sse4a"},
    {FROM_MODEL, 0, 14, "fma"},
    {FROM_MODEL, 0, 15, "avx512f"},
    {FROM_MODEL, 0, 16, "bmi1"},
    {FROM_MODEL, 0, 17, "bmi2"},
    {FROM_MODEL, 0, 18, "aes"},
    {FROM_MODEL, 0, 19, "pclmulqdq"},
    {FROM_MODEL, 0, 20, "avx512f"},
    {FROM_MODEL, 0, 21, "avx512f"},
    {FROM_MODEL, 0, 22, "avx512f"},
    {FROM_MODEL, 0, 23, "avx512f"},
    {FROM_MODEL, 0, 26, "avx512f"},
    {FROM_MODEL, 0, 27, "avx512f"},
    {FROM_MODEL, 0, 30, "avx512f"},
    {FROM_MODEL, 0, 31, "avx512f"},
    {FROM_MODEL, 1, 0, "gfni"},
    {FROM_MODEL, 1, 1, "vpclmulqdq"},
    {FROM_MODEL, 1, 2, "avx512f"},
    /* __builtin_cpu_supports("x86-64-v2") and higher */
    {FROM_MODEL, 3, 0, "popcnt"},
    {FROM_MODEL, 3, 0, "sse4_2"},
    {FROM_MODEL, 3, 1, "avx2"},
    {FROM_MODEL, 3, 1, "bmi1"},
    {FROM_MODEL, 3, 1, "bmi2"},
    {FROM_MODEL, 3, 1, "f16c"},
    {FROM_MODEL, 3, 1, "fma"},
    {FROM_MODEL, 3, 1, "movbe"},
    {FROM_MODEL, 3, 1, "popcnt"},
    {FROM_MODEL, 3, 2, "avx512f"},
    {FROM_MODEL, 3, 2, "bmi1"},
    {FROM_MODEL, 3, 2, "bmi2"},
    {FROM_MODEL, 3, 2, "movbe"},
    {FROM_MODEL, 3, 2, "popcnt"},
};

static const struct bit arm_bits[] = {
    {FROM_HWCAP, 0, 0, "fp"},        {FROM_HWCAP, 0, 1, "asimd"},     {FROM_HWCAP, 0, 3, "aes"},
    {FROM_HWCAP, 0, 4, "pmull"},     {FROM_HWCAP, 0, 5, "sha1"},      {FROM_HWCAP, 0, 6, "sha2"},
    {FROM_HWCAP, 0, 7, "crc32"},     {FROM_HWCAP, 0, 8, "atomics"},   {FROM_HWCAP, 0, 9, "fphp"},
    {FROM_HWCAP, 0, 10, "asimdhp"},  {FROM_HWCAP, 0, 12, "asimdrdm"}, {FROM_HWCAP, 0, 13, "jscvt"},
    {FROM_HWCAP, 0, 14, "fcma"},     {FROM_HWCAP, 0, 15, "lrcpc"},    {FROM_HWCAP, 0, 16, "dcpop"},
    {FROM_HWCAP, 0, 17, "sha3"},     {FROM_HWCAP, 0, 18, "sm3"},      {FROM_HWCAP, 0, 19, "sm4"},
    {FROM_HWCAP, 0, 20, "asimddp"},  {FROM_HWCAP, 0, 21, "sha512"},   {FROM_HWCAP, 0, 22, "sve"},
    {FROM_HWCAP, 0, 23, "asimdfhm"}, {FROM_HWCAP, 0, 26, "ilrcpc"},   {FROM_HWCAP, 0, 27, "flagm"},
    {FROM_HWCAP, 1, 1, "sve2"},      {FROM_HWCAP, 1, 2, "sveaes"},    {FROM_HWCAP, 1, 7, "flagm2"},
    {FROM_HWCAP, 1, 8, "frint"},     {FROM_HWCAP, 1, 9, "svei8mm"},   {FROM_HWCAP, 1, 13, "i8mm"},
    {FROM_HWCAP, 1, 14, "bf16"},     {FROM_HWCAP, 1, 16, "rng"},      {FROM_HWCAP, 1, 23, "sme"},
};

/* A CPU with the first has the second too. Intel SDM volume 1, chapters 13 to 15; Arm ARM, feature
 * dependencies. */
static const char *const implied[][2] = {
    {"avx512f", "avx2"},   {"avx512f", "avx"},
    {"avx512f", "fma"},    {"avx512f", "f16c"},
    {"avx2", "avx"},       {"fma", "avx"},
    {"f16c", "avx"},       {"vaes", "aes"},
    {"vaes", "avx"},       {"vpclmulqdq", "pclmulqdq"},
    {"vpclmulqdq", "avx"}, {"avx", "sse4_2"},
    {"avx", "sse4_1"},     {"avx", "ssse3"},
    {"avx", "pni"},        {"avx2", "sse4_2"},
    {"avx2", "sse4_1"},    {"avx2", "ssse3"},
    {"avx2", "pni"},       {"sse4_2", "sse4_1"},
    {"sse4_2", "ssse3"},   {"sse4_1", "ssse3"},
    {"ssse3", "pni"},      {"sve2", "sve"},
    {"sveaes", "sve"},     {"svei8mm", "sve"},
    {"fphp", "asimdhp"},   {"asimdhp", "fphp"},
    {"ilrcpc", "lrcpc"},   {"flagm2", "flagm"},
    {"sha512", "sha2"},
};

static bool implies(const char *has, const char *feature)
{
    if (strcmp(has, feature) == 0)
        return true;
    for (size_t i = 0; i < sizeof(implied) / sizeof(implied[0]); i++)
        if (strcmp(implied[i][0], has) == 0 && strcmp(implied[i][1], feature) == 0)
            return true;
    return false;
}

bool isa_flow_shows(uint16_t machine, const struct known *known, const char *feature)
{
    const struct bit *bits = machine == EM_AARCH64 ? arm_bits : x86_bits;
    size_t count = machine == EM_AARCH64 ? sizeof(arm_bits) / sizeof(arm_bits[0])
                                         : sizeof(x86_bits) / sizeof(x86_bits[0]);

    for (size_t i = 0; i < count; i++)
        if (bits[i].origin == known->origin && bits[i].value == known->value &&
            (known->mask >> bits[i].bit & 1) != 0 && implies(bits[i].feature, feature))
            return true;
    return false;
}

enum step_test isa_flow_test(const struct flow *flow, const struct known *known, bool set_taken,
                             uint64_t *ret_others)
{
    uint16_t machine = flow->file->machine;

    if (isa_flow_shows(machine, known, flow->wanted))
        return set_taken ? TEST_SET_TAKEN : TEST_SET_FALLS;
    *ret_others = 0;
    /* libgcc sets no bit for vendors that it does not know, such as Hygon (cpuinfo.h). */
    if (known->origin == FROM_MODEL)
        return flow->asks ? TEST_POSSIBLE : TEST_NONE;
    for (unsigned bit = 0; bit < 32; bit++) {
        uint64_t found =
            (known->mask >> bit & 1) != 0
                ? isa_flow_extensions(machine, known->origin, (uint32_t)known->value, bit)
                : 0;

        if ((known->mask >> bit & 1) != 0 && found == 0)
            return flow->asks ? TEST_POSSIBLE : TEST_NONE;
        *ret_others |= found;
    }
    if (*ret_others == 0)
        return flow->asks ? TEST_POSSIBLE : TEST_NONE;
    return set_taken ? TEST_OTHER_TAKEN : TEST_OTHER_FALLS;
}

bool isa_behind_lacks(uint16_t machine, uint64_t behind, const struct strv *lacks)
{
    for (size_t i = 0; i < lacks->count; i++)
        if ((isa_flow_number(machine, lacks->items[i]) & behind) != 0)
            return true;
    return false;
}

/* The extensions of a machine are numbered by the first row that names them. */
uint64_t isa_flow_number(uint16_t machine, const char *feature)
{
    const struct bit *bits = machine == EM_AARCH64 ? arm_bits : x86_bits;
    size_t count = machine == EM_AARCH64 ? sizeof(arm_bits) / sizeof(arm_bits[0])
                                         : sizeof(x86_bits) / sizeof(x86_bits[0]);
    unsigned number = 0;

    for (size_t i = 0; i < count; i++) {
        size_t first = 0;

        while (strcmp(bits[first].feature, bits[i].feature) != 0)
            first++;
        if (first < i)
            continue;
        if (strcmp(bits[i].feature, feature) == 0)
            return UINT64_C(1) << number;
        number++;
    }
    return 0;
}

uint64_t isa_flow_extensions(uint16_t machine, enum origin origin, uint32_t value, unsigned bit)
{
    const struct bit *bits = machine == EM_AARCH64 ? arm_bits : x86_bits;
    size_t count = machine == EM_AARCH64 ? sizeof(arm_bits) / sizeof(arm_bits[0])
                                         : sizeof(x86_bits) / sizeof(x86_bits[0]);
    uint64_t found = 0;

    for (size_t i = 0; i < count; i++) {
        if (bits[i].origin != origin || bits[i].value != value || bits[i].bit != bit)
            continue;
        found |= isa_flow_number(machine, bits[i].feature);
        for (size_t k = 0; k < sizeof(implied) / sizeof(implied[0]); k++)
            if (strcmp(implied[k][0], bits[i].feature) == 0)
                found |= isa_flow_number(machine, implied[k][1]);
    }
    return found;
}
