/* SPDX-License-Identifier: Apache-2.0 */
/* What the runner in the guest recorded about programs while a case ran (inside/README.md, "The
 * witness"), parsed from the case's facts. Texts come from the guest and point into the facts. */
#ifndef TS_SUITE_WITNESS_H
#define TS_SUITE_WITNESS_H

#include <stdint.h>

#include "base/vec.h"
#include "suite/facts.h"

/* How much was recorded: nothing; a part; every execution and exit. */
enum witness_state { WITNESS_NONE, WITNESS_PARTIAL, WITNESS_FULL };

struct witnessed_file {
    const char *path;
    int64_t ctime_ms; /* wall clock of the guest; 0: unknown */
    uint64_t size;
    unsigned machine;        /* ELF e_machine; 0: not an ELF file */
    const char *interpreter; /* NULL: none */
    unsigned ran;            /* number of executions; 0: never */
    unsigned well;           /* number of executions that got past the loader */
    unsigned refused_at;     /* position in the sequence of failures; 0: none */
    const char *refused;     /* reason: foreign, interpreter or format */
};

/* An abnormal exit: exit code 126 or 127, or a signal that indicates a fault of the program. */
struct witnessed_end {
    unsigned at, times;
    int exit_code; /* < 0: killed by a signal */
    int signal;
    const char *path;
};

struct witnessed_crash {
    int signal;
    uint64_t pc, address; /* address: of the memory access that faulted */
    const char *code;     /* the bytes at pc in hexadecimal; "-": could not be read */
    uint64_t offset;      /* offset of pc in `module` */
    const char *module;   /* the mapped file that contains pc; NULL: none */
    const char *path;     /* the program; NULL: unknown */
    /* Set by callers that have a disassembler; NULL: unknown. */
    char *instruction;
    const char *feature; /* the CPU feature that the instruction belongs to; not freed */
};

/* A signal that the case's own process sent to a program and that ended it. */
struct witnessed_signal {
    int signal;
    const char *path; /* path of the program */
};

/* A process that existed when the case's time limit was reached. */
struct witnessed_process {
    int pid, parent;
    int depth; /* levels below the case's script, which is 0; -1: not a descendant */
    char state;
    int64_t cpu_ms, age_ms;
    const char *channel; /* the kernel function that it is blocked in */
    const char *path;
};

struct witness {
    enum witness_state state;
    const char *why; /* why it is incomplete */
    bool cut;        /* there were more files than recorded */
    VEC(struct witnessed_file) files;
    VEC(struct witnessed_end) ends;
    VEC(struct witnessed_crash) crashes;
    VEC(struct witnessed_signal) sent;
    VEC(struct witnessed_process) hung;
    VEC(const char *) kernel; /* lines of the kernel log about them */
};

/* Facts of other kinds, or malformed ones, are ignored. */
void witness_read(const struct facts *facts, struct witness *ret_witness);
void witness_done(struct witness *witness);

/* The file with that path, or NULL. */
const struct witnessed_file *witness_find(const struct witness *witness, const char *path);

#endif
