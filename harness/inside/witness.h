/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The witness: what the kernel says of the programs that ran while a case did. Which files were
 * executed or could not be comes from fanotify (FAN_OPEN_EXEC, kernel 5.0), how processes began and
 * ended from the process connector, crashes from the kernel's core pipe. None of it is the word of
 * a program. What the kernel does not offer is said, and the rest goes on without.
 */
#ifndef TS_INSIDE_WITNESS_H
#define TS_INSIDE_WITNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    WITNESS_FILES = 2048, /* distinct files that are remembered */
    WITNESS_FILES_TOLD = 600,
    WITNESS_ENDS = 64,   /* distinct bad ends */
    WITNESS_OPENED = 16, /* by one process: a script, its interpreter, that one's loader, … */
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
    unsigned machine; /* e_machine of an ELF file */
    bool mentioned;   /* another fact names it */
    bool foreign;     /* the kernel cannot run it: another architecture, and nothing translates */
    unsigned ran, well, refused; /* well: got past its loader, as far as its end shows */
    unsigned refused_at;         /* place in the order of what went wrong; 0: never */
};

/* Files. The descriptor stays the caller's. NO_FILE: there are more than are remembered. */
int files_find(int fd);
struct witness_file *files_at(int file);
/* Whether `opened` is what the kernel opens next in order to execute `file`. */
bool files_is_interpreter(int file, int opened);
/* Whether nothing more is opened in order to execute it. */
bool files_is_last(int file);
/* Why the file could not be executed: foreign, interpreter, format. */
const char *files_refusal(const struct witness_file *file);
/* A fact for each file, what was refused or mentioned first, then the youngest, down to those that
 * changed since. */
void files_tell(int64_t since_ms);
/* The fact of one file. machine: 0 for what is no ELF file; interpreter may be NULL. */
void files_describe(const char *path, int64_t ctime_ns, uint64_t size, unsigned machine,
                    const char *interpreter, unsigned ran, unsigned well);

/* Processes. ends: their ends will be told; without, only what the kernel cannot run is known. */
void processes_begin(bool ends);
void process_opened(pid_t pid, int file);
void process_forked(pid_t parent, pid_t child);
void process_executed(pid_t pid);
void process_ended(pid_t pid, int status);
/* The file that a process executes, or NO_FILE where it began before the case. */
int process_file(pid_t pid);
/* What was opened and never came to run is refused; the bad ends as facts. */
void processes_tell(void);
/* The next place in the order of what went wrong, from 1. */
unsigned witness_next(void);

/* fanotify; returns its descriptor, or -1 with *ret_why. */
int opens_begin(const char **ret_why);
void opens_mark(void); /* marks what was mounted since */
bool opens_read(void); /* false: events were lost */

/* Process connector; the same. Reading takes in what is there; handing on gives it to process_*. */
int ends_begin(const char **ret_why);
bool ends_read(void);
void ends_hand_on(void);
/* The process that is the case: a tracer of it, of this program or of the agent that is not of its
 * own session, and an end that is not the one that wait() gave, are tampering. */
void ends_watch(pid_t leader);
pid_t ends_leader(void);       /* 0: none yet */
const char *ends_traced(void); /* which of them was traced, or NULL */
bool ends_is_forged(int status);

/* Crashes. The pattern is set for the time of the case; what handlers left becomes facts. */
void crash_begin(const char *base);
void crash_end(void);
/* The core of the first crash, or NULL; *ret_whole: nothing was left out. */
const char *crash_core(size_t *ret_size, bool *ret_whole);

/* The processes of a case that reached its limit, before they are killed. */
void hang_tell(pid_t leader);

/* The whole. A descriptor to poll, -1: there is nothing to read. */
struct case_run;
void witness_begin(struct case_run *run);
int witness_fd(void);
void witness_read(void);
void witness_end(int status); /* of the case, from wait() */

/* `text` with '?' for each control byte, so that it is one field of a fact. Good until the fourth
 * next call. */
const char *witness_field(const char *text);

/* One fact: its kind and fields, separated by tabs. */
void witness_fact(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
