/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone-install: installs the staged packages without a network, using the guest's own package
 * manager. The output of the package manager is read line by line, so that a failure of the product
 * is distinguished from a failure of this program. */
#ifndef TS_INSIDE_INSTALL_H
#define TS_INSIDE_INSTALL_H

#include "inside/inside.h"

/* INSTALL_FAILED: the product's packages cannot be installed. INSTALL_BROKE: any other failure,
 * which a case returns as the exit code of a broken test. */
enum { INSTALL_FAILED = 1, REPORT_LOCKED = 2, INSTALL_BROKE = 99 };

#define INSTALL_FILES_MAX 4096

/* Prints the final message: on stderr as "touchstone-install: …", and on stdout for a case that
 * passes it on. Returns code. */
int install_end(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A list of strings, NULL-terminated, as execvp requires. */
struct words {
    const char *items[INSTALL_FILES_MAX + 64];
    size_t count;
};
void words_add(struct words *words, const char *text);

enum said {
    SAID_NOTHING, /* no line that names a cause */
    SAID_PRODUCT, /* a package or its script is at fault */
    SAID_SYSTEM,  /* the package manager cannot work here */
    SAID_LOCKED   /* another process holds its lock */
};

/* The result of scanning the output of a command. The first line that names a cause is the
 * cause. */
struct report {
    enum said said;
    bool begun;           /* unpacking or configuring of packages has begun */
    bool order;           /* the cause is that a dependency is not configured yet */
    char reason[1024];    /* "PACKAGE: message of its manager" */
    char last[512];       /* the last line that was not blank */
    char before[512];     /* the line before the cause, often the last output of a script */
    char archive[1024];   /* the file that the cause is about */
    bool reason_follows;  /* the reason is on the next line */
    struct words waiting; /* files to install after others are configured; owned */
};

/* Processes one line of a package manager's output, without its newline. Modifies it. */
void report_line(struct report *report, char *line);
void report_done(struct report *report);

/* Reports what went wrong, if anything. Returns 0, INSTALL_FAILED, INSTALL_BROKE or, without a
 * message, REPORT_LOCKED. */
int report_conclude(const struct report *report, const char *program, int exit_code);

/* Runs a command non-interactively, in the environment that maintainer scripts expect; its output
 * goes to stderr and to report_line. Returns its exit code, 128 + signal, 127: no such program, or
 * -1: not started (reported on stderr). */
int install_run(const struct words *command, struct report *report);

/* Runs a command, repeatedly while its lock is held by another process, until the deadline, and
 * reports errors on stderr. Returns 0, INSTALL_FAILED or INSTALL_BROKE. */
int install_step(const struct words *command, const char *const locks[], int64_t deadline_ms);

/* Waits until no process holds any of the locks (fcntl locks, as used by package managers). */
int install_wait_locks(const char *const locks[], int64_t deadline_ms);

/* True if PATH contains such a program. */
bool install_has(const char *program);

/* The package families; words are absolute paths of files, or names of packages to remove. */
int install_deb(const struct words *files, int64_t deadline_ms);
int install_rpm(const struct words *files, int64_t deadline_ms);
int remove_deb(const struct words *names, int64_t deadline_ms);
int remove_rpm(const struct words *names, int64_t deadline_ms);

#endif
