/* SPDX-License-Identifier: Apache-2.0 */
/* Opcode ranges by map and prefix. A row contains map, mandatory prefix, first and last opcode,
 * extension. */
#include <stdbool.h>

#include "abi/isa/x86.h"

enum prefix { PP_NONE, PP_66, PP_F3, PP_F2, PP_ANY };
enum length { L_ANY, L_128, L_256 };

struct row {
    uint8_t map, pp, first, last, length;
    const char *feature;
};

/* Legacy encodings; maps 1: 0F, 2: 0F38, 3: 0F3A. */
static const struct row legacy[] = {
    {1, PP_NONE, 0xa2, 0xa2, L_ANY, "cpuid"},   {1, PP_F2, 0x12, 0x12, L_ANY, "pni"},
    {1, PP_F3, 0x12, 0x12, L_ANY, "pni"},       {1, PP_F3, 0x16, 0x16, L_ANY, "pni"},
    {1, PP_66, 0x7c, 0x7d, L_ANY, "pni"},       {1, PP_F2, 0x7c, 0x7d, L_ANY, "pni"},
    {1, PP_66, 0xd0, 0xd0, L_ANY, "pni"},       {1, PP_F2, 0xd0, 0xd0, L_ANY, "pni"},
    {1, PP_F2, 0xf0, 0xf0, L_ANY, "pni"},       {1, PP_F3, 0xb8, 0xb8, L_ANY, "popcnt"},
    {1, PP_F3, 0xbd, 0xbd, L_ANY, "abm"},       {1, PP_F2, 0x2b, 0x2b, L_ANY, "sse4a"},
    {1, PP_F3, 0x2b, 0x2b, L_ANY, "sse4a"},     {1, PP_F2, 0x78, 0x79, L_ANY, "sse4a"},
    {2, PP_ANY, 0x00, 0x0b, L_ANY, "ssse3"},    {2, PP_ANY, 0x1c, 0x1e, L_ANY, "ssse3"},
    {2, PP_66, 0x10, 0x17, L_ANY, "sse4_1"},    {2, PP_66, 0x20, 0x2b, L_ANY, "sse4_1"},
    {2, PP_66, 0x30, 0x36, L_ANY, "sse4_1"},    {2, PP_66, 0x37, 0x37, L_ANY, "sse4_2"},
    {2, PP_66, 0x38, 0x41, L_ANY, "sse4_1"},    {2, PP_66, 0xdb, 0xdf, L_ANY, "aes"},
    {2, PP_NONE, 0xc8, 0xcd, L_ANY, "sha_ni"},  {2, PP_66, 0xcf, 0xcf, L_ANY, "gfni"},
    {2, PP_F2, 0xf0, 0xf1, L_ANY, "sse4_2"},    {2, PP_NONE, 0xf0, 0xf1, L_ANY, "movbe"},
    {2, PP_66, 0xf0, 0xf1, L_ANY, "movbe"},     {2, PP_66, 0xf6, 0xf6, L_ANY, "adx"},
    {2, PP_F3, 0xf6, 0xf6, L_ANY, "adx"},       {3, PP_ANY, 0x0f, 0x0f, L_ANY, "ssse3"},
    {3, PP_66, 0x08, 0x0e, L_ANY, "sse4_1"},    {3, PP_66, 0x14, 0x17, L_ANY, "sse4_1"},
    {3, PP_66, 0x20, 0x22, L_ANY, "sse4_1"},    {3, PP_66, 0x40, 0x42, L_ANY, "sse4_1"},
    {3, PP_66, 0x44, 0x44, L_ANY, "pclmulqdq"}, {3, PP_66, 0x60, 0x63, L_ANY, "sse4_2"},
    {3, PP_NONE, 0xcc, 0xcc, L_ANY, "sha_ni"},  {3, PP_66, 0xce, 0xcf, L_ANY, "gfni"},
    {3, PP_66, 0xdf, 0xdf, L_ANY, "aes"},
};

/* VEX encodings; the first matching row, else AVX. */
static const struct row vex[] = {
    {1, PP_ANY, 0x41, 0x4b, L_ANY, "avx512f"}, /* operations on mask registers */
    {1, PP_ANY, 0x90, 0x93, L_ANY, "avx512f"},  {1, PP_ANY, 0x98, 0x99, L_ANY, "avx512f"},
    {3, PP_66, 0x30, 0x33, L_ANY, "avx512f"},   {1, PP_66, 0x60, 0x6d, L_256, "avx2"},
    {1, PP_ANY, 0x70, 0x70, L_256, "avx2"},     {1, PP_66, 0x71, 0x76, L_256, "avx2"},
    {1, PP_66, 0xd1, 0xd5, L_256, "avx2"},      {1, PP_66, 0xd7, 0xe5, L_256, "avx2"},
    {1, PP_66, 0xe8, 0xef, L_256, "avx2"},      {1, PP_66, 0xf1, 0xfe, L_256, "avx2"},
    {2, PP_66, 0x00, 0x0b, L_256, "avx2"},      {2, PP_66, 0x13, 0x13, L_ANY, "f16c"},
    {2, PP_66, 0x16, 0x16, L_ANY, "avx2"},      {2, PP_66, 0x1c, 0x1e, L_256, "avx2"},
    {2, PP_66, 0x20, 0x2b, L_256, "avx2"},      {2, PP_66, 0x30, 0x35, L_256, "avx2"},
    {2, PP_66, 0x36, 0x36, L_ANY, "avx2"},      {2, PP_66, 0x37, 0x40, L_256, "avx2"},
    {2, PP_66, 0x45, 0x47, L_ANY, "avx2"},      {2, PP_ANY, 0x50, 0x53, L_ANY, "avx_vnni"},
    {2, PP_66, 0x58, 0x5a, L_ANY, "avx2"},      {2, PP_66, 0x78, 0x79, L_ANY, "avx2"},
    {2, PP_66, 0x8c, 0x8e, L_ANY, "avx2"},      {2, PP_66, 0x90, 0x93, L_ANY, "avx2"},
    {2, PP_66, 0x96, 0x9f, L_ANY, "fma"},       {2, PP_66, 0xa6, 0xaf, L_ANY, "fma"},
    {2, PP_66, 0xb4, 0xb5, L_ANY, "avx_ifma"},  {2, PP_66, 0xb6, 0xbf, L_ANY, "fma"},
    {2, PP_66, 0xcf, 0xcf, L_ANY, "gfni"},      {2, PP_66, 0xdc, 0xdf, L_256, "vaes"},
    {2, PP_66, 0xdb, 0xdf, L_ANY, "aes"},       {2, PP_NONE, 0xf2, 0xf3, L_ANY, "bmi1"},
    {2, PP_NONE, 0xf7, 0xf7, L_ANY, "bmi1"},    {2, PP_ANY, 0xf5, 0xf7, L_ANY, "bmi2"},
    {3, PP_66, 0x00, 0x02, L_ANY, "avx2"},      {3, PP_66, 0x0e, 0x0f, L_256, "avx2"},
    {3, PP_66, 0x1d, 0x1d, L_ANY, "f16c"},      {3, PP_66, 0x38, 0x39, L_ANY, "avx2"},
    {3, PP_66, 0x42, 0x42, L_256, "avx2"},      {3, PP_66, 0x44, 0x44, L_256, "vpclmulqdq"},
    {3, PP_66, 0x44, 0x44, L_ANY, "pclmulqdq"}, {3, PP_66, 0x46, 0x46, L_ANY, "avx2"},
    {3, PP_66, 0x4c, 0x4c, L_256, "avx2"},      {3, PP_66, 0xce, 0xcf, L_ANY, "gfni"},
    {3, PP_66, 0xdf, 0xdf, L_ANY, "aes"},       {3, PP_F2, 0xf0, 0xf0, L_ANY, "bmi2"},
};

static const char *find(const struct row *rows, size_t count, unsigned map, unsigned pp,
                        uint8_t opcode, bool wide)
{
    for (size_t i = 0; i < count; i++)
        if (rows[i].map == map && (rows[i].pp == PP_ANY || rows[i].pp == pp) &&
            opcode >= rows[i].first && opcode <= rows[i].last &&
            (rows[i].length == L_ANY || (rows[i].length == L_256) == wide))
            return rows[i].feature;
    return NULL;
}
#define FIND(rows, map, pp, opcode, wide)                                                          \
    find(rows, sizeof(rows) / sizeof(rows[0]), map, pp, opcode, wide)

/* Opcodes whose meaning depends on ModRM: 0F 01, 0F AE and 0F C7. */
static const char *class_of_group(uint8_t opcode, unsigned pp, uint8_t modrm)
{
    unsigned reg = modrm >> 3 & 7;
    bool memory = modrm >> 6 != 3;

    switch (opcode) {
    case 0x01:
        return modrm == 0xd0 ? "cpuid" : modrm == 0xfc ? "clzero" : NULL;
    case 0xae:
        if (!memory)
            return pp == PP_F3 && reg < 4 ? "fsgsbase" : NULL;
        return pp == PP_66 && reg == 6 ? "clwb" : pp == PP_66 && reg == 7 ? "clflushopt" : NULL;
    case 0xc7:
        if (memory)
            return pp == PP_NONE && reg == 4 ? "xsavec" : NULL;
        return reg == 6 ? "rdrand" : reg != 7 ? NULL : pp == PP_F3 ? "rdpid" : "rdseed";
    default:
        return NULL;
    }
}

static const char *class_of_legacy(const uint8_t *at, size_t left, unsigned pp)
{
    if (left < 2 || at[0] != 0x0f)
        return NULL;
    if (at[1] == 0x38 && left > 2)
        return FIND(legacy, 2, pp, at[2], false);
    if (at[1] == 0x3a && left > 2)
        return FIND(legacy, 3, pp, at[2], false);
    if ((at[1] == 0x01 || at[1] == 0xae || at[1] == 0xc7) && left > 2)
        return class_of_group(at[1], pp, at[2]);
    return FIND(legacy, 1, pp, at[1], false);
}

static const char *class_of_vex(const uint8_t *at, size_t left)
{
    bool two = at[0] == 0xc5;
    uint8_t last, opcode;
    const char *feature;
    unsigned map;

    if (left < (two ? 3u : 4u))
        return NULL;
    last = two ? at[1] : at[2];
    opcode = two ? at[2] : at[3];
    map = two ? 1 : at[1] & 31;
    feature = FIND(vex, map, last & 3u, opcode, (last & 4) != 0);
    return feature != NULL ? feature : map >= 1 && map <= 3 ? "avx" : NULL;
}

const char *isa_x86_class(const uint8_t *insn, size_t length)
{
    unsigned pp = PP_NONE;
    size_t i = 0;

    for (; i < length; i++) {
        if (insn[i] == 0xf2)
            pp = PP_F2;
        else if (insn[i] == 0xf3)
            pp = PP_F3;
        else if (insn[i] == 0x66)
            pp = pp == PP_NONE ? PP_66 : pp;
        else if (insn[i] != 0x2e && insn[i] != 0x36 && insn[i] != 0x3e && insn[i] != 0x26 &&
                 insn[i] != 0x64 && insn[i] != 0x65 && insn[i] != 0x67 && insn[i] != 0xf0)
            break;
    }
    if (i < length && (insn[i] & 0xf0) == 0x40) /* REX */
        i++;
    if (i >= length)
        return NULL;
    if (insn[i] == 0x62 && length - i >= 6)
        return "avx512f";
    if (insn[i] == 0xc4 || insn[i] == 0xc5)
        return class_of_vex(insn + i, length - i);
    return class_of_legacy(insn + i, length - i, pp);
}
