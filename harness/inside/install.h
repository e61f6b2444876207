/* SPDX-License-Identifier: Apache-2.0 */
/*
 * touchstone-install: the staged packages, installed without a network by the guest's own package
 * manager. What a package manager says is read line by line, so that a failure of the product is
 * told apart from one of this program.
 */
#ifndef TS_INSIDE_INSTALL_H
#define TS_INSIDE_INSTALL_H

#include "inside/inside.h"

/* The product's packages do not install; and whatever is no fault of theirs, which a case gives on
 * as the code of a test that broke. */
enum { INSTALL_FAILED = 1, REPORT_LOCKED = 2, INSTALL_BROKE = 99 };

#define INSTALL_FILES_MAX 4096

/* The last word: on stderr as "touchstone-install: …", and on stdout for a case that passes it on.
 * Returns code. */
int install_end(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A list of texts, NULL behind the last: what execvp takes. */
struct words {
    const char *items[INSTALL_FILES_MAX + 64];
    size_t count;
};
void words_add(struct words *words, const char *text);

enum said {
    SAID_NOTHING, /* no line that names a cause */
    SAID_PRODUCT, /* a package, or its script, is at fault */
    SAID_SYSTEM,  /* the package manager cannot work here */
    SAID_LOCKED   /* another process holds its lock */
};

/* What the output of one command came to. The first line that names a cause is the cause. */
struct report {
    enum said said;
    bool begun;           /* packages are being unpacked or configured */
    bool order;           /* the cause is that something else is not configured yet */
    char reason[1024];    /* "PACKAGE: what its manager said" */
    char last[512];       /* the last line that was not blank */
    char before[512];     /* the line before the cause: often a script's own last word */
    char archive[1024];   /* the file that the cause is about */
    bool reason_follows;  /* on the next line */
    struct words waiting; /* files that wait for others to be configured; owned */
};

/* Takes one line of a package manager's output, without its newline. Changes it. */
void report_line(struct report *report, char *line);
void report_done(struct report *report);

/* Says what went wrong, if anything did. 0, INSTALL_FAILED, INSTALL_BROKE, or, unsaid,
 * REPORT_LOCKED. */
int report_conclude(const struct report *report, const char *program, int exit_code);

/* Runs a command with what a maintainer script expects that is asked nothing; its output goes to
 * stderr and through report_line. Its exit code, 128 + signal, 127: no such program,
 * or -1: not started, said on stderr. */
int install_run(const struct words *command, struct report *report);

/* Runs it as often as its lock is held by another, until the deadline, and says what went wrong on
 * stderr. 0, INSTALL_FAILED, INSTALL_BROKE. */
int install_step(const struct words *command, const char *const locks[], int64_t deadline_ms);

/* Waits until nobody holds any of the locks (fcntl locks, as package managers take). */
int install_wait_locks(const char *const locks[], int64_t deadline_ms);

/* Whether PATH has such a program. */
bool install_has(const char *program);

/* The families: absolute paths of files, or names of packages to remove. */
int install_deb(const struct words *files, int64_t deadline_ms);
int install_rpm(const struct words *files, int64_t deadline_ms);
int remove_deb(const struct words *names, int64_t deadline_ms);
int remove_rpm(const struct words *names, int64_t deadline_ms);

#endif
