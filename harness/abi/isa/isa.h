/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds the instruction set extensions that each function of a file uses, and whether there are
 * signs that the CPU is queried first. The presence of such code alone proves nothing, because
 * libraries dispatch. Extensions are named as in Linux's /proc/cpuinfo, so that they can be
 * compared with a platform's has and lacks.
 */
#ifndef TS_ABI_ISA_ISA_H
#define TS_ABI_ISA_ISA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "base/vec.h"
#include "model/words.h"

struct elf_file;
struct elf_layout;

/* How a use is reached, in ascending order of severity; see flow.h. */
enum isa_guard { ISA_USE_GUARDED, ISA_USE_UNPROVEN, ISA_USE_UNGUARDED };

/* An extension that one function uses. */
struct isa_use {
    const char *feature; /* a name of the tables; not freed */
    char *function;      /* the symbol that contains the address, else "+0x…" */
    uint64_t address;    /* address of the first such instruction */
    uint32_t count;
    bool avx512; /* every one of these instructions is a use of avx512f too */
    enum isa_guard guard;
    const char *why; /* not freed */
    uint64_t behind; /* if unproven: unguarded on a CPU that has these other extensions; 0: none */
};

struct isa_scan {
    bool done; /* false: no code, or another architecture */
    bool asks; /* something in the file may query the CPU; a C library's own query does not count */
    bool exports;             /* a library, whose exported functions are called by others */
    uint64_t code_bytes;      /* bytes examined */
    VEC(struct isa_use) uses; /* one for each function and extension, sorted by address */
    char *go_level;           /* GOAMD64 or GOARM64 from Go's build information; NULL: none */
    struct strv switches;     /* -march and -mcpu options recorded by the compiler, a few */
};

/* A CPU on which the file is to run. */
struct isa_cpu {
    uint16_t machine;
    const struct strv *has; /* borrowed */
};
VEC_TYPE(isa_cpus, struct isa_cpu);

/* Only uses of extensions that some of these CPUs may lack are listed: finding out how a use is
 * reached costs far more than finding it. */
void isa_scan_file(const struct elf_file *file, const struct isa_cpus *cpus,
                   struct isa_scan *ret_scan);
/* Sets go_level and switches. */
void isa_declared_read(const struct elf_file *file, struct isa_scan *scan);
void isa_scan_done(struct isa_scan *scan);

/* Does a CPU lack any of the extensions of a use's `behind`? */
bool isa_behind_lacks(uint16_t machine, uint64_t behind, const struct strv *lacks);

/* Called for each instruction that belongs to an extension. */
typedef void isa_hit_function(void *context, const char *feature, uint64_t address);

/* Scans little-endian A64 code; returns the number of words examined. */
uint64_t isa_aarch64_scan(const uint8_t *code, size_t size, uint64_t address, isa_hit_function *hit,
                          void *context);
/* Returns the number of instructions decoded: with a layout, those of functions that may use an
 * extension. */
uint64_t isa_x86_scan(const uint8_t *code, size_t size, uint64_t address,
                      const struct elf_layout *layout, isa_hit_function *hit, void *context);

/* Returns the first instruction as text ("ldadd w0, w1, [x2]", or its bytes), and the extension
 * that it belongs to, or NULL. Caller frees. */
char *isa_describe(enum arch arch, const uint8_t *code, size_t size, uint64_t address,
                   const char **ret_feature);

/* Number of instructions that Capstone decodes in the same bytes, for comparison in benchmarks. */
uint64_t isa_capstone_decode(uint16_t machine, const uint8_t *code, size_t size, uint64_t address);

#endif
