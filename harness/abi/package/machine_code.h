/* SPDX-License-Identifier: Apache-2.0 */
/* Machine code that the loader of this system does not start: programs of other systems, object
 * files and static libraries. Sources: PE/COFF specification; ECMA-335 II.25 (.NET); Apple's
 * mach-o/loader.h and fat.h; System V gABI (ELF); ar(5). */
#ifndef TS_ABI_PACKAGE_MACHINE_CODE_H
#define TS_ABI_PACKAGE_MACHINE_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum machine_code_kind {
    MACHINE_CODE_NONE,    /* nothing of the kind, or code that any machine runs */
    MACHINE_CODE_PROGRAM, /* a program or library of another system */
    MACHINE_CODE_BOOT,    /* started by the firmware: a boot loader, or a kernel */
    MACHINE_CODE_OBJECT,  /* one object file, for a linker */
    MACHINE_CODE_LIBRARY, /* a static library */
};

#define MACHINE_CODE_MACHINES 4

struct machine_code {
    enum machine_code_kind kind;
    const char *system; /* the other system; NULL: this one, or none */
    /* ELF machine numbers, each once; 0 for one that is not known. The first ones of more. */
    uint16_t machines[MACHINE_CODE_MACHINES];
    size_t machine_count;
    bool managed; /* a .NET assembly */
};

/* Recognizes a file by its first bytes, which is enough for all but static libraries. */
struct machine_code machine_code_of(const void *head, size_t length);

/* Reads a static library as a stream: the code of its members, together. */
struct machine_code_members {
    struct machine_code code;
    char header[60];    /* of the next member */
    size_t header_size; /* bytes of it that were read */
    char head[64];      /* first bytes of the member, after its BSD name */
    size_t head_size;
    uint64_t left; /* bytes of the member, with padding, that were not read */
    uint64_t name; /* bytes of a BSD name before the content */
    bool begun, ended;
};
void machine_code_members_add(struct machine_code_members *members, const void *data, size_t size);

/* After the last byte: what the library contains. */
struct machine_code machine_code_members_end(struct machine_code_members *members);

#endif
