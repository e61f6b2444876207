/* SPDX-License-Identifier: Apache-2.0 */
/* Classifies an instruction by the rows of x86.def. */
#include <pthread.h>

#include "abi/isa/x86.h"

enum space { SPACE_LEGACY, SPACE_VEX, SPACE_EVEX, SPACE_XOP, SPACES };
enum prefix { PP_NONE, PP_66, PP_F3, PP_F2, PP_ANY }; /* the first four as VEX counts them */
enum form { FORM_ANY, FORM_MEMORY, FORM_MEMORY_W, FORM_REGISTER, FORM_256, FORM_W0 };

static const struct row {
    uint8_t space, map, pp, first, last, form, mask, modrm;
    const char *feature;
} rows[] = {
#define ROW(...) {__VA_ARGS__},
#include "abi/isa/x86.def"
#undef ROW
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))
#define MAPS 11
_Static_assert(ROWS < UINT8_MAX, "struct span counts rows in bytes");

/* What precedes ModRM, and ModRM. */
struct parts {
    unsigned space, map, pp;
    uint8_t opcode, modrm;
    bool wide, w; /* vectors of 256 bits; REX.W and its like */
};

/* The rows, + 1, among which those for an opcode are. */
static struct span {
    uint8_t first, last;
} spans[SPACES][MAPS][4][256];
static pthread_once_t made = PTHREAD_ONCE_INIT;

static void make_spans(void)
{
    for (size_t i = 0; i < ROWS; i++)
        for (unsigned pp = 0; pp < 4; pp++)
            for (unsigned opcode = rows[i].first; opcode <= rows[i].last; opcode++) {
                struct span *span = &spans[rows[i].space][rows[i].map][pp][opcode];

                if (rows[i].pp != PP_ANY && rows[i].pp != pp)
                    continue;
                span->first = span->first == 0 ? (uint8_t)(i + 1) : span->first;
                span->last = (uint8_t)(i + 1);
            }
}

static bool has_form(const struct row *row, const struct parts *parts)
{
    bool memory = parts->modrm >> 6 != 3;

    switch ((enum form)row->form) {
    case FORM_ANY:
        return true;
    case FORM_MEMORY:
        return memory;
    case FORM_MEMORY_W:
        return memory && parts->w;
    case FORM_REGISTER:
        return !memory;
    case FORM_256:
        return parts->wide;
    case FORM_W0:
        return !parts->w;
    }
    return false;
}

static const char *find(const struct parts *parts)
{
    struct span span;

    pthread_once(&made, make_spans);
    span = spans[parts->space][parts->map][parts->pp][parts->opcode];
    for (unsigned i = span.first; i != 0 && i <= span.last; i++) {
        const struct row *row = &rows[i - 1];

        if (row->space == parts->space && row->map == parts->map &&
            (row->pp == PP_ANY || row->pp == parts->pp) && parts->opcode >= row->first &&
            parts->opcode <= row->last && (parts->modrm & row->mask) == row->modrm &&
            has_form(row, parts))
            return row->feature;
    }
    return NULL;
}

static const char *class_of_legacy(const uint8_t *at, size_t left, struct parts *parts)
{
    size_t opcode = 0;

    if (at[0] == 0x0f && left > 1) {
        parts->map = at[1] == 0x38 ? 2 : at[1] == 0x3a ? 3 : 1;
        opcode = parts->map == 1 ? 1 : 2;
    }
    if (opcode >= left)
        return NULL;
    parts->opcode = at[opcode];
    if (opcode + 1 < left)
        parts->modrm = at[opcode + 1];
    return find(parts);
}

static const char *class_of_vex(const uint8_t *at, size_t left)
{
    size_t opcode = at[0] == 0xc5 ? 2 : 3;
    struct parts parts = {.space = SPACE_VEX, .map = 1};
    const char *feature;

    if (left <= opcode)
        return NULL;
    if (opcode == 3)
        parts.map = at[1] & 31;
    if (parts.map >= MAPS)
        return NULL;
    parts.pp = at[opcode - 1] & 3;
    parts.wide = (at[opcode - 1] & 4) != 0;
    parts.opcode = at[opcode];
    parts.modrm = opcode + 1 < left ? at[opcode + 1] : 0;
    feature = find(&parts);
    return feature != NULL ? feature : parts.map >= 1 && parts.map <= 3 ? "avx" : NULL;
}

static const char *class_of_evex(const uint8_t *at, size_t left, bool *ret_avx512)
{
    struct parts parts = {.space = SPACE_EVEX};
    const char *feature;

    if (left < 6)
        return NULL;
    parts.map = at[1] & 7;
    parts.pp = at[2] & 3;
    parts.w = at[2] >> 7 != 0;
    parts.opcode = at[4];
    parts.modrm = at[5];
    if (parts.map == 0)
        return NULL;
    /* A fixed bit of AVX-512 each: more registers; of registers, rounding of 256 bits */
    if (parts.map == 4 || parts.map == 7 || (at[1] & 8) != 0 ||
        ((at[2] & 4) == 0 && parts.modrm >> 6 != 3))
        return "apx";
    *ret_avx512 = true;
    if ((at[2] & 4) == 0)
        return "avx10";
    feature = find(&parts);
    if (feature == NULL) {
        *ret_avx512 = parts.map >= 5;
        return parts.map >= 5 ? "avx512_fp16" : "avx512f";
    }
    *ret_avx512 = feature[0] != 'a' || feature[1] != 'p';
    return feature;
}

static const char *class_of_xop(const uint8_t *at, size_t left)
{
    struct parts parts = {.space = SPACE_XOP, .map = at[1] & 31};
    const char *feature;

    if (left < 5 || parts.map >= MAPS)
        return NULL;
    parts.opcode = at[3];
    feature = find(&parts);
    return feature != NULL ? feature : "xop";
}

const char *isa_x86_class(const uint8_t *insn, size_t length, bool *ret_avx512)
{
    struct parts parts = {0};
    size_t i = 0;

    *ret_avx512 = false;
    for (; i < length; i++) {
        if (insn[i] == 0xf2)
            parts.pp = PP_F2;
        else if (insn[i] == 0xf3)
            parts.pp = PP_F3;
        else if (insn[i] == 0x66)
            parts.pp = parts.pp == PP_NONE ? PP_66 : parts.pp;
        else if (insn[i] != 0x2e && insn[i] != 0x36 && insn[i] != 0x3e && insn[i] != 0x26 &&
                 insn[i] != 0x64 && insn[i] != 0x65 && insn[i] != 0x67 && insn[i] != 0xf0)
            break;
    }
    if (i < length && (insn[i] & 0xf0) == 0x40) /* REX */
        parts.w = (insn[i++] & 8) != 0;
    if (i >= length)
        return NULL;
    if (insn[i] == 0x62)
        return class_of_evex(insn + i, length - i, ret_avx512);
    if (insn[i] == 0xc4 || insn[i] == 0xc5)
        return class_of_vex(insn + i, length - i);
    if (insn[i] == 0x8f && length - i > 1 && (insn[i + 1] & 31) >= 8)
        return class_of_xop(insn + i, length - i);
    if (insn[i] == 0xd5)
        return length - i > 2 ? "apx" : NULL;
    return class_of_legacy(insn + i, length - i, &parts);
}
