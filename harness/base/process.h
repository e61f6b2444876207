/* SPDX-License-Identifier: Apache-2.0 */
/* Child processes; the harness starts other programs only through this module. No shell is
 * involved, every wait has a deadline, captured output is limited, and a child may be killed when
 * its parent dies. */
#ifndef TS_BASE_PROCESS_H
#define TS_BASE_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/text.h"

struct error;

struct process_spec {
    const char *const *argv; /* NULL-terminated; argv[0] is looked up in PATH */
    const char *const *env;  /* NULL-terminated "NAME=value" added to the environment, or NULL */
    const char *directory;   /* working directory, or NULL */
    int stdin_fd;            /* < 0: /dev/null */
    int stdout_fd;           /* < 0: /dev/null */
    int stderr_fd;           /* < 0: /dev/null */
    int pass_fd;             /* passed to the child as descriptor 3, or < 0 */
    bool own_group;          /* own process group, so that Ctrl-C on a terminal does not reach it */
    bool die_with_parent;    /* PR_SET_PDEATHSIG, SIGKILL */
};

#define PROCESS_SPEC_INIT                                                                          \
    {                                                                                              \
        .stdin_fd = -1, .stdout_fd = -1, .stderr_fd = -1, .pass_fd = -1                            \
    }

struct process_exit {
    bool exited; /* true: code is the exit code; false: code is the signal that killed it */
    int code;
    bool timed_out; /* it was killed because the deadline passed */
};

/* Starts a child. -ENOENT: the program does not exist. */
int process_start(const struct process_spec *spec, pid_t *ret_pid, struct error **err);

/* Waits until clock_now_ms() reaches deadline_ms, then kills the child (and its group if own_group
 * was set: pass the same value) and reaps it. */
int process_wait(pid_t pid, bool own_group, int64_t deadline_ms, struct process_exit *ret_exit,
                 struct error **err);

struct process_output {
    struct process_exit exit;
    struct buffer out;
    struct buffer err;
    bool truncated; /* a stream was longer than the limit; the rest was discarded */
};
void process_output_done(struct process_output *output);

/* Runs a program to its end and captures both streams, at most `limit` bytes each. The spec's
 * stdout_fd and stderr_fd are not used. A non-zero exit code is not an error. */
int process_run(const struct process_spec *spec, int64_t timeout_ms, size_t limit,
                struct process_output *ret_output, struct error **err);

/* process_run that requires exit code 0; else -EIO with the command and the end of its stderr.
 * ret_out (may be NULL) receives stdout; caller frees. */
int process_check(const char *const *argv, int64_t timeout_ms, char **ret_out, struct error **err);

/* Returns the full path of a program in PATH, or NULL. Caller frees. */
char *process_find(const char *program);

#endif
