/* SPDX-License-Identifier: Apache-2.0 */
/* x86-64: Intel SDM volume 2, AMD APM volumes 3 to 6. xmm0-2, rax, rcx and rdx are loaded from the
 * state, rsi points to its memory. Instructions that are hints on CPUs without the extension
 * (prefetchw, cldemote, pause) prove nothing and are not tested. */
#ifdef __x86_64__
#include "isa.h"

#include <stddef.h>
#include <string.h>
#include <unistd.h>

#define V(n) (s->v[n])
#define A (s->r[0])
#define C (s->r[1])
#define D (s->r[2])
#define M (s->memory)

/* X(label, cpuinfo name, bytes, setup, check) */
#define BASELINE(X)                                                                                \
    X(tsc, "tsc", "0x0f,0x31" /* rdtsc */, A = D = 0, (A | D) != 0)                                \
    X(cx8, "cx8", "0x0f,0xc7,0x0e" /* cmpxchg8b [rsi] */, (A = 1, M.d[0] = 77), A == 77)           \
    X(cmov, "cmov", "0x31,0xd2,0x48,0x0f,0x44,0xc1" /* xor edx,edx; cmovz rax,rcx */, C = 7,       \
      A == 7)                                                                                      \
    X(clflush, "clflush", "0x0f,0xae,0x3e" /* clflush [rsi] */, M.b[0] = 1, M.b[0] == 1)           \
    /* movdq2q mm0,xmm0; movdq2q mm1,xmm1; paddd mm0,mm1; movq2dq xmm0,mm0; emms */                \
    X(mmx, "mmx",                                                                                  \
      "0xf2,0x0f,0xd6,0xc0,0xf2,0x0f,0xd6,0xc9,0x0f,0xfe,0xc1,0xf3,0x0f,0xd6,0xc0,0x0f,0x77",      \
      (V(0).w[0] = 5, V(1).w[0] = 6), V(0).w[0] == 11)                                             \
    X(fxsr, "fxsr", "0x0f,0xae,0x06" /* fxsave [rsi] */, (void)0, M.h[0] == 0x37f)                 \
    X(sse, "sse", "0x0f,0x58,0xc1" /* addps */, (V(0).s[0] = 1.5f, V(1).s[0] = 2.25f),             \
      V(0).s[0] == 3.75f)                                                                          \
    X(sse2, "sse2", "0x66,0x0f,0x58,0xc1" /* addpd */, (V(0).f[0] = 1.5, V(1).f[0] = 2.25),        \
      V(0).f[0] == 3.75)                                                                           \
    X(syscall, "syscall", "0x0f,0x05" /* syscall: getpid */, A = 39, A == (uint64_t)getpid())

#define SSE(X)                                                                                     \
    X(cx16, "cx16", "0xf0,0x48,0x0f,0xc7,0x0e" /* lock cmpxchg16b [rsi] */,                        \
      (A = 1, M.d[0] = 77, M.d[1] = 78), A == 77 && D == 78)                                       \
    X(lahf_lm, "lahf_lm", "0x9f" /* lahf: bit 1 of the flags is always set */, (void)0,            \
      (A & 0x200) != 0)                                                                            \
    X(popcnt, "popcnt", "0xf3,0x48,0x0f,0xb8,0xc1" /* popcnt rax,rcx */, C = 0xf0f1, A == 9)       \
    X(pni, "pni", "0xf2,0x0f,0x7c,0xc1" /* haddps */, (V(0).s[0] = 1.5f, V(0).s[1] = 2.5f),        \
      V(0).s[0] == 4.0f)                                                                           \
    X(ssse3, "ssse3", "0x66,0x0f,0x38,0x00,0xc1" /* pshufb */,                                     \
      (V(0).b[5] = 9, V(1).b[0] = 5, V(1).b[1] = 0x80), V(0).b[0] == 9 && V(0).b[1] == 0)          \
    X(sse4_1, "sse4_1", "0x66,0x0f,0x38,0x40,0xc1" /* pmulld */,                                   \
      (V(0).w[3] = 70000, V(1).w[3] = 70000), V(0).w[3] == 605032704)                              \
    X(sse4_2, "sse4_2", "0xf2,0x0f,0x38,0xf1,0xc1" /* crc32 eax,ecx: CRC-32C */,                   \
      (A = 0xffffffff, C = 0x34333231), A == isa_crc(0x82f63b78, 0xffffffff, 0x34333231))          \
    X(sse4a, "sse4a", "0x66,0x0f,0x79,0xc1" /* extrq: 8 bits from bit 4 */,                        \
      (V(0).d[0] = 0x123456789abcdef0, V(1).d[0] = 0x0408), V(0).d[0] == 0xef)                     \
    X(dnow, "3dnow" /* as mmx above, with pfadd */,                                                \
      "0xf2,0x0f,0xd6,0xc0,0xf2,0x0f,0xd6,0xc9,0x0f,0x0f,0xc1,0x9e,0xf3,0x0f,0xd6,0xc0,0x0f,0x77", \
      (V(0).s[0] = 1.5f, V(1).s[0] = 2.25f), V(0).s[0] == 3.75f)

#define CRYPTO(X)                                                                                  \
    X(aes, "aes", "0x66,0x0f,0x38,0xdc,0xc1" /* aesenc */,                                         \
      (memcpy(V(0).b, isa_aes_state, 16), memcpy(V(1).b, isa_aes_key, 16)),                        \
      memcmp(V(0).b, isa_aes_round, 16) == 0)                                                      \
    X(pclmulqdq, "pclmulqdq", "0x66,0x0f,0x3a,0x44,0xc1,0x00" /* pclmulqdq */,                     \
      (V(0).d[0] = 0xb, V(1).d[0] = 0xd), V(0).d[0] == 0x7f)                                       \
    X(sha_ni, "sha_ni", "0x0f,0x38,0xcc,0xc1" /* sha256msg1 */,                                    \
      (V(0).w[2] = 0x1000, V(0).w[3] = 0x89abcdef, V(1).w[0] = 0x12345678),                        \
      V(0).w[2] == 0x1000 + isa_sigma0(0x89abcdef) &&                                              \
          V(0).w[3] == 0x89abcdef + isa_sigma0(0x12345678))                                        \
    X(rdrand, "rdrand", "0x48,0x0f,0xc7,0xf0" /* rdrand rax */, (void)0, true)                     \
    X(rdseed, "rdseed", "0x48,0x0f,0xc7,0xf8" /* rdseed rax */, (void)0, true)                     \
    X(vaes, "vaes", "0xc4,0xe2,0x75,0xdc,0xc2" /* vaesenc ymm0,ymm1,ymm2 */,                       \
      (memcpy(V(1).b, isa_aes_state, 16), memcpy(V(2).b, isa_aes_key, 16)),                        \
      memcmp(V(0).b, isa_aes_round, 16) == 0)                                                      \
    X(vpclmulqdq, "vpclmulqdq", "0xc4,0xe3,0x75,0x44,0xc2,0x00" /* vpclmulqdq ymm0,ymm1,ymm2,0 */, \
      (V(1).d[0] = 0xb, V(2).d[0] = 0xd), V(0).d[0] == 0x7f)                                       \
    X(gfni, "gfni", "0x66,0x0f,0x38,0xcf,0xc1" /* gf2p8mulb: 0x53 and 0xca are inverse */,         \
      (V(0).b[0] = 0x53, V(1).b[0] = 0xca), V(0).b[0] == 1)

#define GENERAL(X)                                                                                 \
    X(abm, "abm", "0xf3,0x48,0x0f,0xbd,0xc1" /* lzcnt rax,rcx; bsr gives 0 */, C = 1, A == 63)     \
    X(movbe, "movbe", "0x48,0x0f,0x38,0xf0,0x06" /* movbe rax,[rsi] */,                            \
      M.d[0] = 0x0102030405060708, A == 0x0807060504030201)                                        \
    X(bmi1, "bmi1", "0xc4,0xe2,0xf0,0xf2,0xc2" /* andn rax,rcx,rdx */, (C = 0x0f, D = 0xff),       \
      A == 0xf0)                                                                                   \
    X(bmi2, "bmi2", "0xc4,0xe2,0xf2,0xf5,0xc2" /* pext rax,rcx,rdx */, (C = 0xabcd, D = 0xf0f0),   \
      A == 0xac)                                                                                   \
    X(adx, "adx", "0xf8,0x66,0x48,0x0f,0x38,0xf6,0xc1" /* clc; adcx rax,rcx */, (A = 40, C = 2),   \
      A == 42)                                                                                     \
    X(tbm, "tbm", "0x8f,0xe9,0xf8,0x01,0xd1" /* blsfill rax,rcx */, C = 0x10, A == 0x1f)           \
    X(rdtscp, "rdtscp", "0x0f,0x01,0xf9" /* rdtscp */, A = D = 0, (A | D) != 0)                    \
    X(rdpid, "rdpid", "0xf3,0x0f,0xc7,0xf8" /* rdpid rax */, (void)0, true)                        \
    X(rdpru, "rdpru", "0x0f,0x01,0xfd" /* rdpru: APERF */, C = 1, true)                            \
    X(fsgsbase, "fsgsbase", "0xf3,0x48,0x0f,0xae,0xc0" /* rdfsbase rax */, A = 0, A != 0)          \
    X(clflushopt, "clflushopt", "0x66,0x0f,0xae,0x3e" /* clflushopt [rsi] */, M.b[0] = 1,          \
      M.b[0] == 1)                                                                                 \
    X(clwb, "clwb", "0x66,0x0f,0xae,0x36" /* clwb [rsi] */, M.b[0] = 1, M.b[0] == 1)               \
    X(clzero, "clzero", "0x0f,0x01,0xfc" /* clzero rax */, (A = (uintptr_t)M.b, M.b[63] = 1),      \
      M.b[63] == 0)                                                                                \
    X(movdiri, "movdiri", "0x0f,0x38,0xf9,0x06" /* movdiri [rsi],eax */, A = 5, M.w[0] == 5)       \
    X(movdir64b, "movdir64b", "0x66,0x0f,0x38,0xf8,0x06" /* movdir64b rax,[rsi] */,                \
      (A = (uintptr_t)&M.b[64], M.b[63] = 9), M.b[127] == 9)                                       \
    X(serialize, "serialize", "0x0f,0x01,0xe8" /* serialize */, (void)0, true)                     \
    /* xor eax,eax; tpause ecx; setz al: it clears ZF, where a decoder without it sees mfence */   \
    X(waitpkg, "waitpkg", "0x31,0xc0,0x66,0x0f,0xae,0xf1,0x0f,0x94,0xc0", C = D = 0, A == 0)       \
    X(rtm, "rtm", "0x0f,0x01,0xd6" /* xtest */, (void)0, true)                                     \
    X(xsave, "xsave", "0x0f,0x01,0xd0" /* xgetbv: x87 and SSE are on */, C = 0, (A & 3) == 3)      \
    X(xgetbv1, "xgetbv1", "0x0f,0x01,0xd0" /* xgetbv: what is in use */, C = 1, true)              \
    X(xsaveopt, "xsaveopt", "0x0f,0xae,0x36" /* xsaveopt [rsi] */, (A = 3, D = 0), true)           \
    X(xsavec, "xsavec", "0x0f,0xc7,0x26" /* xsavec [rsi]: says so in XCOMP_BV */, (A = 3, D = 0),  \
      M.d[65] >> 63 == 1)

#define VECTOR(X)                                                                                  \
    X(avx, "avx", "0xc5,0xf0,0x58,0xc2" /* vaddps xmm0,xmm1,xmm2 */,                               \
      (V(1).s[0] = 1.5f, V(2).s[0] = 2.25f), V(0).s[0] == 3.75f)                                   \
    X(f16c, "f16c", "0xc4,0xe2,0x79,0x13,0xc1" /* vcvtph2ps xmm0,xmm1 */,                          \
      (V(1).h[0] = 0x3c00, V(1).h[1] = 0xc000), V(0).s[0] == 1.0f && V(0).s[1] == -2.0f)           \
    X(fma, "fma", "0xc4,0xe2,0x71,0xb8,0xc2" /* vfmadd231ps xmm0,xmm1,xmm2 */,                     \
      (V(0).s[0] = 1, V(1).s[0] = 2, V(2).s[0] = 3), V(0).s[0] == 7.0f)                            \
    X(fma4, "fma4", "0xc4,0xe3,0xf1,0x68,0xc0,0x20" /* vfmaddps xmm0,xmm1,xmm2,xmm0 */,            \
      (V(0).s[0] = 1, V(1).s[0] = 2, V(2).s[0] = 3), V(0).s[0] == 7.0f)                            \
    X(xop, "xop", "0x8f,0xe9,0x68,0x92,0xc1" /* vprotd xmm0,xmm1,xmm2 */,                          \
      (V(1).w[0] = 0x80000001, V(2).w[0] = 1), V(0).w[0] == 3)                                     \
    X(avx2, "avx2", "0xc5,0xf5,0xfe,0xc2" /* vpaddd ymm0,ymm1,ymm2 */,                             \
      (V(1).w[3] = 40, V(2).w[3] = 2), V(0).w[3] == 42)                                            \
    X(avx_vnni, "avx_vnni", "0xc4,0xe2,0x71,0x50,0xc2" /* {vex} vpdpbusd xmm0,xmm1,xmm2 */,        \
      (V(0).w[0] = 1, V(1).b[0] = 200, V(2).b[0] = 0xff), (int32_t)V(0).w[0] == -199)

#define AVX512(X)                                                                                  \
    X(avx512f, "avx512f", "0x62,0xf1,0x75,0x48,0xfe,0xc2" /* vpaddd zmm0,zmm1,zmm2 */,             \
      (V(1).w[3] = 40, V(2).w[3] = 2), V(0).w[3] == 42)                                            \
    X(avx512cd, "avx512cd", "0x62,0xf2,0x7d,0x48,0x44,0xc1" /* vplzcntd zmm0,zmm1 */,              \
      V(1).w[0] = 1, V(0).w[0] == 31)                                                              \
    X(avx512bw, "avx512bw", "0x62,0xf1,0x75,0x48,0xfc,0xc2" /* vpaddb zmm0,zmm1,zmm2 */,           \
      (V(1).b[7] = 250, V(2).b[7] = 10), V(0).b[7] == 4)                                           \
    X(avx512dq, "avx512dq", "0x62,0xf2,0xf5,0x48,0x40,0xc2" /* vpmullq zmm0,zmm1,zmm2 */,          \
      (V(1).d[1] = 1UL << 33, V(2).d[1] = 3), V(0).d[1] == 3UL << 33)                              \
    X(avx512vl, "avx512vl",                                                                        \
      "0x62,0xf3,0x75,0x08,0x25,0xc2,0x96" /* vpternlogd xmm0,xmm1,xmm2: xor of three */,          \
      (V(0).w[0] = 1, V(1).w[0] = 2, V(2).w[0] = 6), V(0).w[0] == 5)                               \
    X(avx512ifma, "avx512ifma", "0x62,0xf2,0xf5,0x48,0xb4,0xc2" /* vpmadd52luq */,                 \
      (V(0).d[0] = 7, V(1).d[0] = 3, V(2).d[0] = 5), V(0).d[0] == 22)                              \
    X(avx512vbmi, "avx512vbmi", "0x62,0xf2,0x75,0x48,0x8d,0xc2" /* vpermb zmm0,zmm1,zmm2 */,       \
      (V(1).b[0] = 3, V(2).b[3] = 99), V(0).b[0] == 99)                                            \
    X(avx512_vbmi2, "avx512_vbmi2", "0x62,0xf3,0x75,0x48,0x71,0xc2,0x08" /* vpshldd …,8 */,        \
      (V(1).w[0] = 0x00112233, V(2).w[0] = 0x44556677), V(0).w[0] == 0x11223344)                   \
    X(avx512_vnni, "avx512_vnni", "0x62,0xf2,0x75,0x48,0x50,0xc2" /* vpdpbusd */,                  \
      (V(0).w[0] = 1, V(1).b[0] = 200, V(2).b[0] = 0xff), (int32_t)V(0).w[0] == -199)              \
    X(avx512_bitalg, "avx512_bitalg", "0x62,0xf2,0x7d,0x48,0x54,0xc1" /* vpopcntb */,              \
      V(1).b[9] = 0xf1, V(0).b[9] == 5)                                                            \
    X(avx512_vpopcntdq, "avx512_vpopcntdq", "0x62,0xf2,0x7d,0x48,0x55,0xc1" /* vpopcntd */,        \
      V(1).w[2] = 0xf00f0001, V(0).w[2] == 9)                                                      \
    X(avx512_vp2intersect, "avx512_vp2intersect",                                                  \
      "0x62,0xf2,0x77,0x48,0x68,0xd2" /* vp2intersectd k2,zmm1,zmm2 */, (void)0, true)             \
    X(avx512_bf16, "avx512_bf16", "0x62,0xf2,0x7e,0x48,0x72,0xc1" /* vcvtneps2bf16 ymm0,zmm1 */,   \
      V(1).s[0] = 1.0f, V(0).h[0] == 0x3f80)                                                       \
    X(avx512_fp16, "avx512_fp16", "0x62,0xf5,0x74,0x48,0x58,0xc2" /* vaddph zmm0,zmm1,zmm2 */,     \
      V(1).h[0] = V(2).h[0] = 0x3c00, V(0).h[0] == 0x4000)

#define ALL(X) BASELINE(X) SSE(X) CRYPTO(X) GENERAL(X) VECTOR(X) AVX512(X)

#define DEFINE(label, name, bytes, setup, check)                                                   \
    static void setup_##label(struct isa_state *s)                                                 \
    {                                                                                              \
        (void)s;                                                                                   \
        setup;                                                                                     \
    }                                                                                              \
    static void run_##label(struct isa_state *s)                                                   \
    {                                                                                              \
        __asm__ volatile("movdqu (%%rdi),%%xmm0\n\tmovdqu 16(%%rdi),%%xmm1\n\t"                    \
                         "movdqu 32(%%rdi),%%xmm2\n\tmov 48(%%rdi),%%rax\n\t"                      \
                         "mov 56(%%rdi),%%rcx\n\tmov 64(%%rdi),%%rdx\n\t"                          \
                         "lea 128(%%rdi),%%rsi\n\t.byte " bytes "\n\t"                             \
                         "movdqu %%xmm0,(%%rdi)\n\tmov %%rax,48(%%rdi)\n\t"                        \
                         "mov %%rcx,56(%%rdi)\n\tmov %%rdx,64(%%rdi)"                              \
                         :                                                                         \
                         : "D"(s)                                                                  \
                         : "rax", "rbx", "rcx", "rdx", "rsi", "r11", "xmm0", "xmm1", "xmm2",       \
                           "memory", "cc");                                                        \
    }                                                                                              \
    static bool check_##label(const struct isa_state *s)                                           \
    {                                                                                              \
        (void)s;                                                                                   \
        return check;                                                                              \
    }
ALL(DEFINE)

#define ROW(label, name, bytes, setup, check)                                                      \
    {name, 0, 0, setup_##label, run_##label, check_##label},
const struct isa_test isa_tests[] = {ALL(ROW)};
const unsigned isa_test_count = sizeof(isa_tests) / sizeof(isa_tests[0]);

_Static_assert(offsetof(struct isa_state, r) == 48, "the assembler text counts on it");
_Static_assert(offsetof(struct isa_state, memory) == 128, "the assembler text counts on it");
#endif
