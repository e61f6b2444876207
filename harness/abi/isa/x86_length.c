/* SPDX-License-Identifier: Apache-2.0 */
/* The length of common x86-64 instructions, about ten times as fast as a full decoder, and of those
 * that the decoder does not know: prefixes, opcode, ModRM, SIB, displacement, immediate. Sources:
 * Intel SDM volume 2, appendix A; Intel APX specification 355828. Anything uncertain has length 0
 * here and is passed to Zydis. */
#include <stdbool.h>
#include <string.h>

#include "abi/isa/x86.h"

enum shape {
    ODD = 0, /* pass to Zydis */
    NONE,    /* no operand bytes */
    B1,      /* immediate of 1 byte; of 2; of 4 (2 with prefix 66); of 4, or 8 with REX.W (MOV) */
    B2,
    BZ,
    BV,
    RZ, /* a relative address of 4 bytes */
    M,  /* ModRM */
    M1, /* ModRM and immediates */
    MZ,
    G1, /* ModRM; an immediate if its reg field is 0 or 1 */
    GZ,
    PREFIX,
    ESCAPE,
    VECTOR, /* VEX, EVEX */
    REX2,
};
#define LONGEST 15

/* clang-format off */
static const uint8_t one_byte[256] = {
    [0x00 ... 0x03] = M, B1, BZ, [0x08 ... 0x0b] = M, B1, BZ, [0x0f] = ESCAPE,
    [0x10 ... 0x13] = M, B1, BZ, [0x18 ... 0x1b] = M, B1, BZ,
    [0x20 ... 0x23] = M, B1, BZ, PREFIX, [0x28 ... 0x2b] = M, B1, BZ, PREFIX,
    [0x30 ... 0x33] = M, B1, BZ, PREFIX, [0x38 ... 0x3b] = M, B1, BZ, PREFIX,
    [0x50 ... 0x5f] = NONE, [0x62] = VECTOR, M, PREFIX, PREFIX, PREFIX,
    [0x68] = BZ, MZ, B1, M1, [0x6c ... 0x6f] = NONE, [0x70 ... 0x7f] = B1,
    [0x80] = M1, MZ, [0x83] = M1, [0x84 ... 0x8e] = M, [0x90 ... 0x99] = NONE, [0x9b ... 0x9f] = NONE,
    [0xa4 ... 0xa7] = NONE, B1, BZ, [0xaa ... 0xaf] = NONE, [0xb0 ... 0xb7] = B1, [0xb8 ... 0xbf] = BV,
    [0xc0] = M1, M1, B2, NONE, VECTOR, VECTOR, M1, MZ, [0xc9] = NONE, B2, NONE, NONE, B1,
    [0xd0 ... 0xd3] = M, [0xd5] = REX2, [0xd8 ... 0xdf] = M, [0xe0 ... 0xe7] = B1, RZ, RZ, [0xeb] = B1,
    [0xec ... 0xef] = NONE, PREFIX, NONE, PREFIX, PREFIX, NONE, NONE, G1, GZ,
    [0xf8 ... 0xfd] = NONE, M, M,
};
static const uint8_t two_byte[256] = {
    [0x01] = M, [0x05] = NONE, [0x0b] = NONE, [0x0d] = M, NONE, M1, [0x10 ... 0x1f] = M, [0x28 ... 0x2f] = M, [0x31] = NONE,
    [0x40 ... 0x6f] = M, [0x70 ... 0x73] = M1, [0x74 ... 0x76] = M, NONE, [0x7c ... 0x7f] = M,
    [0x80 ... 0x8f] = RZ, [0x90 ... 0x9f] = M, [0xa2] = NONE, M, M1, M, [0xab] = M, M1, M, M, M,
    [0xb0] = M, M, [0xb3] = M, [0xb6 ... 0xb8] = M, [0xba] = M1, [0xbb ... 0xc1] = M, [0xc2] = M1,
    [0xc3] = M, [0xc4 ... 0xc6] = M1, M, [0xc8 ... 0xcf] = NONE, [0xd0 ... 0xfe] = M,
};
/* In the second map, opcodes that may belong to an extension. */
static const bool extends[256] = {
    [0x01] = true, [0x0e] = true, [0x0f] = true, [0x12] = true, [0x16] = true, [0x1e] = true, [0x2b] = true, [0x78] = true, [0x79] = true,
    [0x7c] = true, [0x7d] = true, [0xa2] = true, [0xae] = true, [0xb8] = true, [0xbd] = true,
    [0xc7] = true, [0xd0] = true, [0xf0] = true,
};
/* clang-format on */

/* By the ModRM byte: with its displacement, and with the SIB byte where there is one. */
#define ROWS(row) row, row, row, row, row, row, row, row
/* clang-format off */
#define MOD0 1, 1, 1, 1, 2, 5, 1, 1
#define MOD1 2, 2, 2, 2, 3, 2, 2, 2
#define MOD2 5, 5, 5, 5, 6, 5, 5, 5
#define MOD3 1, 1, 1, 1, 1, 1, 1, 1
static const uint8_t operand_lengths[256] = {ROWS(MOD0), ROWS(MOD1), ROWS(MOD2), ROWS(MOD3)};

/* Bytes behind the operands, by shape, and then by prefix: none, 66, REX.W, both. */
#define REFUSED 255
static const uint8_t immediates[][4] = {
    [ODD] = {REFUSED, REFUSED, REFUSED, REFUSED}, [NONE] = {0, 0, 0, 0},
    [B1] = {1, 1, 1, 1}, [B2] = {2, 2, 2, 2}, [BZ] = {4, 2, 4, 4}, [BV] = {4, 2, 8, 8}, [RZ] = {4, REFUSED, 4, REFUSED},
    [M] = {0, 0, 0, 0}, [M1] = {1, 1, 1, 1}, [MZ] = {4, 2, 4, 4}, [G1] = {1, 1, 1, 1}, [GZ] = {4, 2, 4, 4},
    [PREFIX] = {REFUSED, REFUSED, REFUSED, REFUSED}, [ESCAPE] = {REFUSED, REFUSED, REFUSED, REFUSED},
    [VECTOR] = {REFUSED, REFUSED, REFUSED, REFUSED}, [REX2] = {REFUSED, REFUSED, REFUSED, REFUSED},
};
/* clang-format on */

/* A displacement of 4 bytes takes the place of the base register. */
static inline size_t operand_length(const uint8_t *at)
{
    return operand_lengths[at[0]] + ((at[0] & 0xc7) == 4 && (at[1] & 7) == 5 ? 4U : 0U);
}

size_t isa_x86_operand_length(const uint8_t *at, size_t left)
{
    if (left == 0 || (left == 1 && at[0] < 0xc0 && (at[0] & 7) == 4))
        return 0;
    return at[0] < 0xc0 && (at[0] & 7) == 4 ? operand_length(at) : operand_lengths[at[0]];
}

/* In EVEX map 4, APX's form of the one-byte opcodes. */
static size_t apx_immediate(const uint8_t *opcode, bool small)
{
    size_t large = small ? 2 : 4;

    switch (opcode[0]) {
    case 0x24: /* SHLD, SHRD */
    case 0x2c:
    case 0x6b:
    case 0x80:
    case 0x83:
    case 0xc0:
    case 0xc1:
        return 1;
    case 0x69:
    case 0x81:
        return large;
    case 0xf6:
        return (opcode[1] & 0x30) == 0 ? 1 : 0;
    case 0xf7:
        return (opcode[1] & 0x30) == 0 ? large : 0;
    default:
        return 0;
    }
}

static size_t vector_immediate(const uint8_t *opcode, unsigned map, bool small)
{
    switch (map) {
    case 1:
        return (opcode[0] >= 0x70 && opcode[0] <= 0x73) || opcode[0] == 0xc2 ||
               (opcode[0] >= 0xc4 && opcode[0] <= 0xc6);
    case 3:
    case 8:
        return 1;
    case 4:
        return apx_immediate(opcode, small);
    case 7:
    case 10:
        return 4;
    default:
        return 0;
    }
}

size_t isa_x86_vector_length(const uint8_t *code, size_t left)
{
    size_t prefix = code[0] == 0xc5 ? 2 : code[0] == 0x62 ? 4 : 3, operands;
    unsigned map = code[0] == 0xc5 ? 1 : left > 1 ? code[1] & (code[0] == 0x62 ? 7 : 31) : 0;

    if (left < prefix + 2)
        return 0;
    if (map == 1 && code[prefix] == 0x77) /* VZEROUPPER, VZEROALL: no ModRM */
        return prefix + 1;
    operands = isa_x86_operand_length(code + prefix + 1, left - prefix - 1);
    if (operands == 0)
        return 0;
    return prefix + 1 + operands + vector_immediate(code + prefix, map, (code[2] & 3) == 1);
}

static inline size_t length_of_shape(const uint8_t *code, size_t at, enum shape shape, bool small,
                                     bool wide)
{
    uint8_t immediate;

    if (shape >= M && shape <= GZ) {
        if (shape >= G1 && (code[at] & 0x30) != 0)
            shape = M;
        at += operand_length(code + at);
    }
    immediate = immediates[shape][small + 2 * wide];
    return immediate == REFUSED ? 0 : at + immediate;
}

/* Behind REX2 come opcodes of the first or the second map. */
static size_t length_of_rex2(const uint8_t *code, size_t at, bool small)
{
    bool second = code[at + 1] >> 7 != 0, wide = (code[at + 1] & 8) != 0;
    uint8_t opcode = code[at + 2];

    if (!second && opcode == 0xa1) /* JMPABS */
        return at + 3 + 8;
    return length_of_shape(code, at + 3, second ? two_byte[opcode] : one_byte[opcode], small, wide);
}

/* `code` has as many bytes as the longest instruction, and more. */
static inline size_t length_at(const uint8_t *code, bool *ret_may_extend)
{
    bool small = false, wide = false;
    size_t at = 0, length;
    enum shape shape;

    *ret_may_extend = false;
    while (one_byte[code[at]] == PREFIX && at < 4)
        small |= code[at++] == 0x66;
    if ((code[at] & 0xf0) == 0x40)
        wide = (code[at++] & 8) != 0;
    shape = (enum shape)one_byte[code[at]];
    if (shape == VECTOR || shape == REX2) {
        *ret_may_extend = true;
        length = shape == REX2 ? length_of_rex2(code, at, small)
                               : isa_x86_vector_length(code + at, LONGEST);
        return shape == REX2 || length == 0 ? length : at + length;
    }
    if (shape == ESCAPE) {
        uint8_t opcode = code[++at];

        *ret_may_extend = extends[opcode] || opcode == 0x38 || opcode == 0x3a;
        shape = opcode == 0x38 ? M : opcode == 0x3a ? M1 : (enum shape)two_byte[opcode];
        at += opcode == 0x38 || opcode == 0x3a;
    } else {
        /* LAHF and SAHF; XABORT, XBEGIN */
        *ret_may_extend =
            (code[at] & 0xfe) == 0x9e || ((code[at] & 0xfe) == 0xc6 && code[at + 1] == 0xf8);
    }
    return length_of_shape(code, at + 1, shape, small, wide);
}

size_t isa_x86_length(const uint8_t *code, size_t left, bool *ret_may_extend)
{
    uint8_t end[2 * LONGEST] = {0};
    size_t length;

    if (left >= 2 * LONGEST)
        return length_at(code, ret_may_extend);
    memcpy(end, code, left);
    length = length_at(end, ret_may_extend);
    return length <= left ? length : 0;
}
