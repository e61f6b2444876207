/* SPDX-License-Identifier: Apache-2.0 */
/* Single instructions, as assembled by binutils, and their classification. */
#include "abi/isa/isa.h"
#include "abi/isa/x86.h"
#include "cunit_run.h"

static const char *seen;
static int hits;

static void take(void *context, const char *feature, uint64_t address)
{
    (void)context;
    (void)address;
    seen = feature;
    hits++;
}

static void test_aarch64(void)
{
    static const struct {
        uint32_t word;
        const char *feature; /* NULL: baseline */
    } rows[] = {
        {0x88e0fc41, "atomics"}, /* casal w0, w1, [x2] */
        {0xb8210002, "atomics"}, /* ldadd w1, w2, [x0] */
        {0xb8218002, "atomics"}, /* swp w1, w2, [x0] */
        {0x48207c82, "atomics"}, /* casp x0, x1, x2, x3, [x4] */
        {0xb8bfc001, "lrcpc"},   /* ldapr w1, [x0] */
        {0x4e284820, "aes"},     /* aese v0.16b, v1.16b */
        {0x0ee2e020, "pmull"},   /* pmull v0.1q, v1.1d, v2.1d */
        {0x1ac24020, "crc32"},   /* crc32b w0, w1, w2 */
        {0x5e020020, "sha1"},    /* sha1c q0, s1, v2.4s */
        {0x5e024020, "sha2"},    /* sha256h q0, q1, v2.4s */
        {0x4e829420, "asimddp"}, /* sdot v0.4s, v1.16b, v2.16b */
        {0x6e42fc20, "bf16"},    /* bfdot v0.4s, v1.8h, v2.8h */
        {0x1e7e0020, "jscvt"},   /* fjcvtzs w0, d1 */
        {0x1ee22820, "fphp"},    /* fadd h0, h1, h2 */
        {0x04214803, "sve"},     /* index z3.b, w0, w1 like */
        {0xd50b7c21, "dcpop"},   /* dc cvap, x1 */
        {0xd50b7a21, NULL},      /* dc cvac, x1 */
        {0x1e622820, NULL},      /* fadd d0, d1, d2 */
        {0xb9400001, NULL},      /* ldr w1, [x0] */
        {0xb8616801, NULL},      /* ldr w1, [x0, x1] */
        {0x885ffc01, NULL},      /* ldaxr w1, [x0] */
        {0xc87f0440, NULL},      /* ldxp x0, x1, [x2] */
        {0x8b020020, NULL},      /* add x0, x1, x2 */
        {0xd503233f, NULL},      /* paciasp: a hint instruction */
        {0x0e22e020, NULL},      /* pmull v0.8h, v1.8b, v2.8b: baseline */
        {0xd65f03c0, NULL},      /* ret */
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        seen = NULL;
        isa_aarch64_scan((const uint8_t *)&rows[i].word, 4, 0, take, NULL);
        if ((seen == NULL) != (rows[i].feature == NULL))
            printf("\n%08x\n", rows[i].word);
        CHECK_TEXT(seen, rows[i].feature);
    }
}

static void test_x86(void)
{
    static const struct {
        uint8_t bytes[12];
        size_t length;
        const char *feature;
    } rows[] = {
        {{0x62, 0xf1, 0x75, 0x48, 0xfe, 0xc2}, 6, "avx512f"},       /* vpaddd zmm0, zmm1, zmm2 */
        {{0xc5, 0xfb, 0x92, 0xc8}, 4, "avx512f"},                   /* kmovd k1, eax */
        {{0x62, 0xf2, 0x75, 0x48, 0x26, 0xca}, 6, "avx512f"},       /* vptestmb k1, zmm1, zmm2 */
        {{0x62, 0xf3, 0x75, 0x48, 0x25, 0xc2, 0xff}, 7, "avx512f"}, /* vpternlogd */
        {{0xc5, 0xf5, 0xfe, 0xc2}, 4, "avx2"},                      /* vpaddd ymm0, ymm1, ymm2 */
        {{0xc5, 0xf1, 0xfe, 0xc2}, 4, "avx"},                       /* vpaddd xmm0, xmm1, xmm2 */
        {{0xc4, 0xe2, 0x71, 0xa8, 0xc2}, 5, "fma"},                 /* vfmadd213ps */
        {{0xc4, 0xe3, 0x71, 0x44, 0xc2, 0x00}, 6, "pclmulqdq"},     /* vpclmulqdq xmm */
        {{0xc4, 0xe3, 0x75, 0x44, 0xc2, 0x00}, 6, "vpclmulqdq"},    /* vpclmulqdq ymm */
        {{0xc4, 0xe2, 0x70, 0xf2, 0xc2}, 5, "bmi1"},                /* andn */
        {{0xc4, 0xe2, 0xfb, 0xf6, 0xc2}, 5, "bmi2"},                /* mulx */
        {{0x66, 0x0f, 0x38, 0xdc, 0xc1}, 5, "aes"},                 /* aesenc */
        {{0xf3, 0x0f, 0xb8, 0xc1}, 4, "popcnt"},
        {{0xf2, 0x0f, 0x38, 0xf0, 0xc1}, 5, "sse4_2"}, /* crc32b */
        {{0x0f, 0x38, 0xf0, 0x01}, 4, "movbe"},
        {{0x0f, 0xc7, 0xf0}, 3, "rdrand"},
        {{0x0f, 0xc7, 0xf8}, 3, "rdseed"},
        {{0x0f, 0xa2}, 2, "cpuid"},
        {{0x0f, 0x58, 0xc1}, 3, NULL},       /* addps */
        {{0x66, 0x0f, 0xfe, 0xc1}, 4, NULL}, /* paddd */
        {{0x48, 0x89, 0xe5}, 3, NULL},       /* mov rbp, rsp */
        {{0x0f, 0xc7, 0x0f}, 3, NULL},       /* cmpxchg8b */
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bool avx512;

        CHECK_TEXT(isa_x86_class(rows[i].bytes, rows[i].length, &avx512), rows[i].feature);
        seen = NULL;
        hits = 0;
        isa_x86_scan(rows[i].bytes, rows[i].length, 0, NULL, take, NULL);
        CHECK_TEXT(seen, rows[i].feature);
        CHECK_INT(hits, rows[i].feature != NULL);
    }
}

/* No row is lost in the table that selects rows by the top bits of a word. */
static void test_aarch64_rows(void)
{
    static const char *const patterns[] = {
#define A64(feature, pattern) pattern,
#include "abi/isa/aarch64.def"
#undef A64
    };

    for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
        uint32_t word = 0;

        for (int bit = 0; bit < 32; bit++)
            word = word << 1 | (patterns[i][bit] == '1');
        seen = NULL;
        isa_aarch64_scan((const uint8_t *)&word, 4, 0, take, NULL);
        if (seen == NULL)
            printf("\n%s\n", patterns[i]);
        CU_ASSERT_PTR_NOT_NULL(seen);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"aarch64", test_aarch64},
                           {"aarch64 rows", test_aarch64_rows},
                           {"x86", test_x86},
                           CU_TEST_INFO_NULL};

    return cunit_run("abi isa", tests);
}
