/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The witness: what the kernel reports about the programs that run during a case. fanotify
 * (FAN_OPEN_EXEC, kernel 5.0) reports which files were executed or could not be, the process
 * connector how processes started and ended, the kernel's core pipe crashes. None of this depends
 * on the programs' cooperation. What the kernel does not support is reported, and the rest works
 * without it.
 */
#ifndef TS_INSIDE_WITNESS_H
#define TS_INSIDE_WITNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    WITNESS_FILES = 2048, /* number of distinct files recorded */
    WITNESS_FILES_TOLD = 600,
    WITNESS_ENDS = 64,   /* number of distinct abnormal exits recorded */
    WITNESS_OPENED = 16, /* files opened by one process: a script, its interpreter, the
                            interpreter's loader, … */
    WITNESS_PATH = 1024,
    NO_FILE = -1,
};

enum file_kind { KIND_OTHER, KIND_ELF, KIND_SCRIPT };

/* A file that a process opened to execute it. */
struct witness_file {
    uint64_t device, inode, size;
    int64_t ctime_ns;
    char *path;
    char *interpreter; /* of a script or a dynamic ELF file; NULL: none */
    enum file_kind kind;
    unsigned machine; /* e_machine if it is an ELF file */
    bool mentioned;   /* another fact refers to it */
    bool
        foreign; /* the kernel cannot run it: another architecture, and no emulator is registered */
    unsigned ran, well,
        refused; /* well: number of runs that got past the loader, as far as their end shows */
    unsigned refused_at; /* position in the sequence of failures; 0: none */
};

/* Files. The caller keeps ownership of the descriptor. NO_FILE: too many files. */
int files_find(int fd);
struct witness_file *files_at(int file);
/* True if `opened` is what the kernel opens next to execute `file`. */
bool files_is_interpreter(int file, int opened);
/* True if nothing else is opened to execute it. */
bool files_is_last(int file);
/* Why the file could not be executed: foreign, interpreter, format. */
const char *files_refusal(const struct witness_file *file);
/* Records a fact for each file: first refused or mentioned ones, then the most recently changed,
 * down to those changed at since_ms. */
void files_report(int64_t since_ms);
/* Records the fact for one file. machine: 0 if it is not an ELF file; interpreter may be NULL. */
void files_describe(const char *path, int64_t ctime_ns, uint64_t size, unsigned machine,
                    const char *interpreter, unsigned ran, unsigned well);

/* Processes. ends: their exits will be reported; without, only files that the kernel cannot run are
 * known. */
void processes_begin(bool ends);
void process_opened(pid_t pid, int file);
void process_forked(pid_t parent, pid_t child);
void process_executed(pid_t pid);
void process_ended(pid_t pid, int status);
/* The file that a process executes, or NO_FILE if it was started before the case. */
int process_file(pid_t pid);
/* Marks files that were opened but never executed as refused, and records abnormal exits as
 * facts. */
void processes_report(void);
/* The next position in the sequence of failures, from 1. */
unsigned witness_next(void);

/* fanotify; returns its descriptor, or -1 with *ret_why. */
int opens_begin(const char **ret_why);
void opens_mark(void); /* watches what was mounted since */
bool opens_read(void); /* false: events were lost */

/* Process connector, with the same result. Reading buffers the pending events; handing on passes
 * them to process_*. */
int ends_begin(const char **ret_why);
bool ends_read(void);
void ends_hand_on(void);
/* Sets the process that is the case. Tampering is: a process outside its session that traces it,
 * this program or the agent, and a reported exit that differs from that of wait(). */
void ends_watch(pid_t leader);
pid_t ends_leader(void);       /* 0: not set yet */
const char *ends_traced(void); /* which of them was traced, or NULL */
bool ends_is_forged(int status);

/* Crashes. The core pattern is set while the case runs; what handlers stored becomes facts. */
void crash_begin(const char *base);
void crash_end(void);
/* The core file of the first crash, or NULL; *ret_whole: nothing was left out. */
const char *crash_core(size_t *ret_size, bool *ret_whole);

/* Records the processes of a case that reached its time limit, before they are killed. */
void hang_report(pid_t leader);

/* The whole witness. Returns a descriptor to poll; -1: there is nothing to read. */
struct case_run;
void witness_begin(struct case_run *run);
int witness_fd(void);
void witness_read(void);
void witness_end(int status); /* status of the case, from wait() */

/* Returns `text` with control bytes replaced by '?', so that it is a single field of a fact. Valid
 * until the fourth next call. */
const char *witness_field(const char *text);

/* Records one fact: its kind and fields, separated by tabs. */
void witness_fact(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
