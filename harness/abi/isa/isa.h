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

#include "base/text.h"
#include "base/vec.h"
#include "model/words.h"

struct elf_file;
struct elf_layout;

/* What is known of the ways to a use; flow.h says how. In order of gravity. */
enum isa_guard { ISA_USE_GUARDED, ISA_USE_UNPROVEN, ISA_USE_UNGUARDED };

/* An extension that one function uses. */
struct isa_use {
    const char *feature; /* static: a name of the tables */
    char *function;      /* its symbol where that covers the address, else "+0x…" */
    uint64_t address;    /* of the first such instruction */
    uint32_t count;
    enum isa_guard guard;
    const char *why; /* static */
};

struct isa_scan {
    bool done;    /* false: no code, or another architecture */
    bool asks;    /* something in it may ask the CPU; a C library's own query does not count */
    bool exports; /* a library: others call what it exports */
    uint64_t code_bytes;      /* looked at */
    VEC(struct isa_use) uses; /* one a function and extension, by address */
    char *go_level;           /* GOAMD64 or GOARM64 of Go's build information; NULL: none */
    struct strv switches;     /* -march and -mcpu that a compiler recorded, a few */
};

void isa_scan_file(const struct elf_file *file, struct isa_scan *ret_scan);
/* Sets go_level and switches. */
void isa_declared_read(const struct elf_file *file, struct isa_scan *scan);
void isa_scan_done(struct isa_scan *scan);

/* Called for each instruction that belongs to an extension. */
typedef void isa_hit_function(void *context, const char *feature, uint64_t address);

/* Counts words looked at. Little-endian A64 code. */
uint64_t isa_aarch64_scan(const uint8_t *code, size_t size, uint64_t address, isa_hit_function *hit,
                          void *context);
/* Counts instructions decoded: with a layout, those of functions that may use an extension. */
uint64_t isa_x86_scan(const uint8_t *code, size_t size, uint64_t address,
                      const struct elf_layout *layout, isa_hit_function *hit, void *context);

/* The first instruction of the bytes as text ("ldadd w0, w1, [x2]", or its bytes), and the
 * extension that it belongs to, or NULL. Caller frees. */
char *isa_describe(enum arch arch, const uint8_t *code, size_t size, uint64_t address,
                   const char **ret_feature);

/* Instructions that Capstone decodes in the same bytes: the peer of the benches. */
uint64_t isa_capstone_decode(uint16_t machine, const uint8_t *code, size_t size, uint64_t address);

#endif
