/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the runner in the guest saw of programs while a case ran (inside/README.md, "The witness"),
 * read from the case's facts. Texts are the guest's, borrowed from the facts.
 */
#ifndef TS_SUITE_WITNESS_H
#define TS_SUITE_WITNESS_H

#include <stdint.h>

#include "base/vec.h"
#include "suite/facts.h"

/* How much was seen: nothing was recorded; not all; every execution and end. */
enum witness_state { WITNESS_NONE, WITNESS_PARTIAL, WITNESS_FULL };

struct witnessed_file {
    const char *path;
    int64_t ctime_ms; /* wall clock of the guest; 0: not known */
    uint64_t size;
    unsigned machine;        /* ELF e_machine; 0: no ELF file */
    const char *interpreter; /* NULL: none */
    unsigned ran;            /* executed; 0: never */
    unsigned well;           /* of these, got past the loader */
    unsigned refused_at;     /* place in the order of what went wrong; 0: never */
    const char *refused;     /* foreign, interpreter, format */
};

/* A bad end: exit code 126 or 127, or a signal that says that the program went wrong. */
struct witnessed_end {
    unsigned at, times;
    int exit_code; /* < 0: by signal */
    int signal;
    const char *path;
};

struct witnessed_crash {
    int signal;
    uint64_t pc, address; /* address: of the fault */
    const char *code;     /* hexadecimal, the bytes at pc; "-": could not be read */
    uint64_t offset;      /* of pc, in module */
    const char *module;   /* the mapped file around pc; NULL: none */
    const char *path;     /* the program; NULL: not known */
    /* Filled in by whoever has a disassembler; NULL: not known. */
    char *instruction;
    const char *feature; /* the CPU feature that the instruction belongs to; static */
};

/* A signal that the case's own process sent to a program, which it ended. */
struct witnessed_signal {
    int signal;
    const char *path; /* of the program */
};

/* A process that was there when the time of the case was over. */
struct witnessed_process {
    int pid, parent;
    int depth; /* below the case's script, which is 0; -1: it does not descend from it */
    char state;
    int64_t cpu_ms, age_ms;
    const char *channel; /* the kernel function that it waits in */
    const char *path;
};

struct witness {
    enum witness_state state;
    const char *why; /* it is not full */
    bool cut;        /* there were more files than are told */
    VEC(struct witnessed_file) files;
    VEC(struct witnessed_end) ends;
    VEC(struct witnessed_crash) crashes;
    VEC(struct witnessed_signal) sent;
    VEC(struct witnessed_process) hung;
    VEC(const char *) kernel; /* lines of the kernel's log about them */
};

/* Facts that are not the witness's, or that are malformed, are passed over. */
void witness_read(const struct facts *facts, struct witness *ret_witness);
void witness_done(struct witness *witness);

/* The file of that path, or NULL. */
const struct witnessed_file *witness_find(const struct witness *witness, const char *path);

#endif
