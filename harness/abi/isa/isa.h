/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which instruction-set extensions the code of a file uses, function by function, and whether there
 * is a sign that it asks the CPU first. Presence proves nothing: libraries dispatch. Extensions are
 * named as Linux's /proc/cpuinfo names them, so they are held against a platform's has and lacks.
 */
#ifndef TS_ABI_ISA_ISA_H
#define TS_ABI_ISA_ISA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"
#include "model/words.h"

struct elf_file;

/* An extension that one function uses. */
struct isa_use {
    const char *feature; /* static: a name of the tables */
    char *function;      /* its symbol, or "+0x…" */
    uint64_t address;    /* of the first such instruction */
    uint32_t count;
    bool guarded;
};

struct isa_scan {
    bool done;                /* false: no code, or another architecture */
    const char *dispatch;     /* the sign that the file asks the CPU; NULL: none seen. Static */
    uint64_t instructions;    /* decoded, or words looked at */
    VEC(struct isa_use) uses; /* at most ISA_USES_MAX; by address */
    bool cut;
};
#define ISA_USES_MAX 20000

void isa_scan_file(const struct elf_file *file, struct isa_scan *ret_scan);
void isa_scan_done(struct isa_scan *scan);

/* Called for each instruction that belongs to an extension. */
typedef void isa_hit_function(void *context, const char *feature, uint64_t address);

/* Counts words looked at. Little-endian A64 code. */
uint64_t isa_aarch64_scan(const uint8_t *code, size_t size, uint64_t address, isa_hit_function *hit,
                          void *context);
uint64_t isa_x86_scan(const uint8_t *code, size_t size, uint64_t address, isa_hit_function *hit,
                      void *context);

/* The first instruction of the bytes as text ("ldadd w0, w1, [x2]", or its bytes), and the
 * extension that it belongs to, or NULL. Caller frees. */
char *isa_describe(enum arch arch, const uint8_t *code, size_t size, uint64_t address,
                   const char **ret_feature);

/* Instructions that Capstone decodes in the same bytes: the peer of the benches. */
uint64_t isa_capstone_decode(uint16_t machine, const uint8_t *code, size_t size, uint64_t address);

#endif
