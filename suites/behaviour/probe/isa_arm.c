/* SPDX-License-Identifier: Apache-2.0 */
/* aarch64: Arm ARM (DDI 0487), C6 and C7; HWCAP bits: Linux arch/arm64/include/uapi/asm/hwcap.h.
 * v0-2 and x0-2 are loaded from the state, x3 points to its memory. Instructions in the hint space
 * (bti, dgh, the pac*sp forms) execute on every CPU and are not tested. */
#ifdef __aarch64__
#include "isa.h"

#include <stddef.h>
#include <string.h>

#define V(n) (s->v[n])
#define R(n) (s->r[n])
#define M (s->memory)

#define CAP(bit) (1UL << (bit)), 0
#define CAP2(bit) 0, (1UL << (bit))

static uint64_t rotate_right(uint64_t word, unsigned count)
{
    return word >> count | word << (64 - count);
}

/* sigma0 of FIPS 180-4, 4.1.3. */
static uint64_t sigma0_512(uint64_t word)
{
    return rotate_right(word, 1) ^ rotate_right(word, 8) ^ word >> 7;
}

static void fill(uint8_t *to, uint8_t byte, size_t count)
{
    memset(to, byte, count);
}

/* X(name, HWCAP, instruction, setup, check) */
#define V80(X)                                                                                     \
    X(fp, CAP(0), "0x1e622820" /* fadd d0,d1,d2 */, (V(1).f[0] = 1.5, V(2).f[0] = 2.25),           \
      V(0).f[0] == 3.75)                                                                           \
    X(asimd, CAP(1), "0x4ea28420" /* add v0.4s,v1.4s,v2.4s */, (V(1).w[3] = 40, V(2).w[3] = 2),    \
      V(0).w[3] == 42)                                                                             \
    X(aes, CAP(3), "0x4e284820" /* aese v0.16b,v1.16b */, memcpy(V(0).b, isa_aes_state, 16),       \
      memcmp(V(0).b, isa_aes_shifted, 16) == 0)                                                    \
    X(pmull, CAP(4), "0x0ee2e020" /* pmull v0.1q,v1.1d,v2.1d */,                                   \
      (V(1).d[0] = 0xb, V(2).d[0] = 0xd), V(0).d[0] == 0x7f)                                       \
    X(sha1, CAP(5), "0x5e280820" /* sha1h s0,s1 */, V(1).w[0] = 0x12345678,                        \
      V(0).w[0] == isa_rotate(0x12345678, 30))                                                     \
    X(sha2, CAP(6), "0x5e282820" /* sha256su0 v0.4s,v1.4s */,                                      \
      (V(0).w[2] = 0x1000, V(0).w[3] = 0x89abcdef, V(1).w[0] = 0x12345678),                        \
      V(0).w[2] == 0x1000 + isa_sigma0(0x89abcdef) &&                                              \
          V(0).w[3] == 0x89abcdef + isa_sigma0(0x12345678))                                        \
    X(crc32, CAP(7), "0x1ac24820" /* crc32w w0,w1,w2 */, (R(1) = 0xffffffff, R(2) = 0x34333231),   \
      R(0) == isa_crc(0xedb88320, 0xffffffff, 0x34333231))

#define V82(X)                                                                                     \
    X(atomics, CAP(8), "0xf8210060" /* ldadd x1,x0,[x3] */, (M.d[0] = 40, R(1) = 2),               \
      R(0) == 40 && M.d[0] == 42)                                                                  \
    X(fphp, CAP(9), "0x1ee22820" /* fadd h0,h1,h2 */, V(1).h[0] = V(2).h[0] = 0x3c00,              \
      V(0).h[0] == 0x4000)                                                                         \
    X(asimdhp, CAP(10), "0x4e421420" /* fadd v0.8h,v1.8h,v2.8h */, V(1).h[7] = V(2).h[7] = 0x3c00, \
      V(0).h[7] == 0x4000)                                                                         \
    X(asimdrdm, CAP(12), "0x6e828420" /* sqrdmlah v0.4s,v1.4s,v2.4s */,                            \
      (V(0).w[0] = 1, V(1).w[0] = V(2).w[0] = 0x40000000), V(0).w[0] == 0x20000001)                \
    X(jscvt, CAP(13), "0x1e7e0020" /* fjcvtzs w0,d1 */, V(1).f[0] = 4294967298.0, R(0) == 2)       \
    X(fcma, CAP(14), "0x6e82e420" /* fcadd v0.4s,v1.4s,v2.4s,#90 */,                               \
      (V(1).s[0] = 5, V(1).s[1] = 6, V(2).s[0] = 1, V(2).s[1] = 2),                                \
      V(0).s[0] == 3.0f && V(0).s[1] == 7.0f)                                                      \
    X(lrcpc, CAP(15), "0xf8bfc060" /* ldapr x0,[x3] */, M.d[0] = 77, R(0) == 77)                   \
    X(dcpop, CAP(16), "0xd50b7c23" /* dc cvap,x3 */, M.d[0] = 77, M.d[0] == 77)                    \
    X(sha3, CAP(17), "0xce020020" /* eor3 v0.16b,v1.16b,v2.16b,v0.16b */,                          \
      (V(0).b[0] = 1, V(1).b[0] = 2, V(2).b[0] = 6), V(0).b[0] == 5)                               \
    X(sm3, CAP(18), "0xce420020" /* sm3ss1 v0.4s,v1.4s,v2.4s,v0.4s */,                             \
      (V(0).w[3] = 3, V(1).w[3] = 0x89abcdef, V(2).w[3] = 5),                                      \
      V(0).w[3] == isa_rotate(isa_rotate(0x89abcdef, 12) + 5 + 3, 7))                              \
    X(sm4, CAP(19), "0xcec08420" /* sm4e v0.4s,v1.4s */, (void)0, V(0).w[3] != 0)                  \
    X(asimddp, CAP(20), "0x6e829420" /* udot v0.4s,v1.16b,v2.16b */,                               \
      (V(0).w[0] = 1, fill(V(1).b, 200, 4), fill(V(2).b, 3, 4)), V(0).w[0] == 2401)                \
    X(sha512, CAP(21), "0xcec08020" /* sha512su0 v0.2d,v1.2d */,                                   \
      (V(0).d[0] = 0x1000, V(0).d[1] = 0x0123456789abcdef),                                        \
      V(0).d[0] == 0x1000 + sigma0_512(0x0123456789abcdef))                                        \
    X(asimdfhm, CAP(23), "0x4e22ec20" /* fmlal v0.4s,v1.4h,v2.4h */,                               \
      (V(0).s[0] = 1, V(1).h[0] = 0x4000, V(2).h[0] = 0x4200), V(0).s[0] == 7.0f)

#define V84(X)                                                                                     \
    X(dit, CAP(24), "0xd53b42a0" /* mrs x0,dit */, (void)0, true)                                  \
    X(ilrcpc, CAP(26), "0xd9408060" /* ldapur x0,[x3,#8] */, M.d[1] = 77, R(0) == 77)              \
    X(flagm, CAP(27), "0xd500401f" /* cfinv */, (void)0, true)                                     \
    X(ssbs, CAP(28), "0xd53b42c0" /* mrs x0,ssbs */, (void)0, true)                                \
    X(sb, CAP(29), "0xd50330ff" /* sb */, (void)0, true)                                           \
    X(paca, CAP(30), "0xdac10820" /* pacda x0,x1 */, (void)0, true)                                \
    X(pacg, CAP(31), "0x9ac23020" /* pacga x0,x1,x2 */, R(0) = 5, (uint32_t)R(0) == 0)             \
    X(dcpodp, CAP2(0), "0xd50b7d23" /* dc cvadp,x3 */, M.d[0] = 77, M.d[0] == 77)                  \
    X(flagm2, CAP2(7), "0xd500405f" /* axflag */, (void)0, true)                                   \
    X(frint, CAP2(8), "0x1e684020" /* frint32z d0,d1 */, V(1).f[0] = 2.75, V(0).f[0] == 2.0)       \
    X(i8mm, CAP2(13), "0x4e82a420" /* smmla v0.4s,v1.16b,v2.16b */,                                \
      (V(0).w[0] = 1, fill(V(1).b, 0xff, 8), fill(V(2).b, 3, 8)), (int32_t)V(0).w[0] == -23)       \
    X(bf16, CAP2(14), "0x6e42fc20" /* bfdot v0.4s,v1.8h,v2.8h */,                                  \
      (V(1).h[0] = V(1).h[1] = 0x3f80, V(2).h[0] = V(2).h[1] = 0x4000), V(0).s[0] == 4.0f)         \
    X(rng, CAP2(16), "0xd53b2400" /* mrs x0,rndr */, (void)0, true)

#define SVE(X)                                                                                     \
    X(sve, CAP(22), "0x04bf5020" /* rdvl x0,#1 */, (void)0, R(0) >= 16 && R(0) % 16 == 0)          \
    X(sve2, CAP2(1), "0x04a27020" /* sqdmulh z0.s,z1.s,z2.s */,                                    \
      V(1).w[0] = V(2).w[0] = 0x40000000, V(0).w[0] == 0x20000000)                                 \
    X(svei8mm, CAP2(9), "0x45029820" /* smmla z0.s,z1.b,z2.b */,                                   \
      (V(0).w[0] = 1, fill(V(1).b, 0xff, 8), fill(V(2).b, 3, 8)), (int32_t)V(0).w[0] == -23)       \
    X(svebf16, CAP2(12), "0x64628020" /* bfdot z0.s,z1.h,z2.h */,                                  \
      (V(1).h[0] = V(1).h[1] = 0x3f80, V(2).h[0] = V(2).h[1] = 0x4000), V(0).s[0] == 4.0f)

#define ALL(X) V80(X) V82(X) V84(X) SVE(X)

#define DEFINE(name, cap, cap2, code, setup, check)                                                \
    static void setup_##name(struct isa_state *s)                                                  \
    {                                                                                              \
        (void)s;                                                                                   \
        setup;                                                                                     \
    }                                                                                              \
    static void run_##name(struct isa_state *s)                                                    \
    {                                                                                              \
        register struct isa_state *state __asm__("x9") = s;                                        \
                                                                                                   \
        __asm__ volatile("ldp q0,q1,[x9]\n\tldr q2,[x9,#32]\n\tldp x0,x1,[x9,#48]\n\t"             \
                         "ldr x2,[x9,#64]\n\tadd x3,x9,#128\n\t.inst " code "\n\t"                 \
                         "str q0,[x9]\n\tstp x0,x1,[x9,#48]\n\tstr x2,[x9,#64]"                    \
                         :                                                                         \
                         : "r"(state)                                                              \
                         : "x0", "x1", "x2", "x3", "v0", "v1", "v2", "memory", "cc");              \
    }                                                                                              \
    static bool check_##name(const struct isa_state *s)                                            \
    {                                                                                              \
        (void)s;                                                                                   \
        return check;                                                                              \
    }
#define DEFINE_ROW(...) DEFINE(__VA_ARGS__)
ALL(DEFINE_ROW)

#define ROW(name, cap, cap2, code, setup, check)                                                   \
    {#name, cap, cap2, setup_##name, run_##name, check_##name},
#define ADD_ROW(...) ROW(__VA_ARGS__)
const struct isa_test isa_tests[] = {ALL(ADD_ROW)};
const unsigned isa_test_count = sizeof(isa_tests) / sizeof(isa_tests[0]);

_Static_assert(offsetof(struct isa_state, r) == 48, "the assembler text counts on it");
_Static_assert(offsetof(struct isa_state, memory) == 128, "the assembler text counts on it");
#endif
