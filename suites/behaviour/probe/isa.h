/* SPDX-License-Identifier: Apache-2.0 */
/* One instruction of each extension: the initial registers, the instruction as bytes (so that no
 * assembler or compiler option affects the test), and the expected result. Named as in
 * /proc/cpuinfo. */
#ifndef TS_PROBE_ISA_H
#define TS_PROBE_ISA_H

#include <stdbool.h>
#include <stdint.h>

union lanes {
    uint8_t b[16];
    uint16_t h[8];
    uint32_t w[4];
    uint64_t d[2];
    float s[4];
    double f[2];
};

/* Loaded before the instruction and stored after it. The address register points to memory. */
struct isa_state {
    union lanes v[3]; /* xmm0-2, v0-2; offset 0 */
    uint64_t r[3];    /* rax rcx rdx, x0-2; offset 48 */
    uint8_t pad[128 - 72];
    union {
        uint8_t b[4096];
        uint16_t h[2048];
        uint32_t w[1024];
        uint64_t d[512];
    } memory; /* offset 128 */
} __attribute__((aligned(64)));

struct isa_test {
    const char *feature;
    unsigned long hwcap, hwcap2; /* aarch64: the bit that indicates it */
    void (*setup)(struct isa_state *state);
    void (*run)(struct isa_state *state);
    bool (*check)(const struct isa_state *state);
};

extern const struct isa_test isa_tests[];
extern const unsigned isa_test_count;

/* What the CPU reports about itself, as observations: CPUID leaves, or the ID registers that Linux
 * exposes. */
void isa_observe_cpu(void);

/* The verb that prints the tests' names, one a line. */
int isa_list(void);

/* CRC with a reflected polynomial over one 32-bit word, as the CRC instructions compute it. */
uint32_t isa_crc(uint32_t polynomial, uint32_t crc, uint32_t word);

/* The first round of FIPS 197, appendix B: state before it, its key, and the result. */
extern const uint8_t isa_aes_state[16], isa_aes_key[16], isa_aes_round[16], isa_aes_shifted[16];

static inline uint32_t isa_rotate(uint32_t word, unsigned left)
{
    return word << left | word >> (32 - left);
}

/* sigma0 of FIPS 180-4, 4.1.2. */
static inline uint32_t isa_sigma0(uint32_t word)
{
    return isa_rotate(word, 25) ^ isa_rotate(word, 14) ^ word >> 3;
}

#endif
