/* SPDX-License-Identifier: Apache-2.0 */
/*
 * touchstone-guest: one static program for all that the harness does inside a guest. It is built
 * for the guest's architecture, links with nothing of the harness, and talks by the lines and the
 * archive that README.md in this folder describes.
 */
#ifndef TS_INSIDE_INSIDE_H
#define TS_INSIDE_INSIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

enum { EXIT_USAGE = 64, EXIT_NO_SPACE = 73, EXIT_IO = 74 };

/* The folder of the payload in a guest. */
#define DEFAULT_BASE "/var/tmp/touchstone"

#define STREAM_LIMIT_MAX (1024 * 1024)
#define OBSERVATIONS_LIMIT (1024 * 1024)
#define OBSERVATIONS_HEAD "observations\n" /* first line of the file, which the record lacks */
#define OBSERVATIONS_COUNT 4096
#define OBSERVATION_KEY_MAX 128
#define OBSERVATION_VALUE_MAX 4096
#define OBSERVATION_UNIT_MAX 32
#define MARK_MAX 64
#define FACTS_LIMIT (256 * 1024)
#define FACTS_COUNT 2000
#define FACT_FIELDS_MAX 8

/* A message on stderr, "touchstone-guest: " before it; returns code, to be returned on. */
int complain(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A whole decimal number up to max. */
bool parse_number(const char *text, uint64_t max, uint64_t *ret_value);

/* The first line of a small file without its newline; false when it cannot be read. */
bool read_line(const char *path, char *text, size_t size);

int64_t monotonic_ms(void);

/* "text", with everything escaped that JSON wants escaped; bytes that are not ASCII become \u00XX,
 * so the line is valid whatever the guest's files hold. */
void json_string(FILE *out, const char *text);

/* One stream of a case: its head in memory, the rest only counted. */
struct stream {
    int fd; /* read end, not blocking; -1: at its end */
    char *data;
    size_t kept, limit;
    uint64_t dropped;
};

/* Reads what is there now; false once the stream is at its end. */
bool stream_read(struct stream *stream);

/* One execution of one case. */
struct case_run {
    const char *id, *nonce, *results, *base, *suite, *work, *platform, *scale;
    const char *payload; /* the payload disk's serial number; NULL: nothing is guarded */
    const char *state;   /* what the guard saw when the last case ended; NULL: nothing yet */
    pid_t agent;         /* that started this program */
    char shell[4096], loader[4096]; /* real paths */
    const char *mark; /* what it said before the guest was started again; "": its first leg */
    char *const *argv;
    int64_t timeout_ms;
    uint64_t limit, offset;
    bool witness;             /* what the kernel tells of programs is recorded */
    int64_t witness_since_ms; /* files that are older are told of where something went wrong only */
    struct stream out, err, observations; /* filled by case_supervise */
    struct stream facts;                  /* filled by fact() */
    size_t fact_count;
    const char *core; /* of a process that crashed; NULL: none */
    size_t core_size;
    int exit_code; /* -1: killed by signal */
    int signal;
    bool timed_out;
    int64_t duration_ms;
    const char *restart;          /* what it asks for: "none", "reboot", "power-cut" */
    char next_mark[MARK_MAX + 1]; /* "-" where it asks for nothing */
};

/* Notes a fact about the case for the host: its kind ([a-z-]{1,32}) and up to FACT_FIELDS_MAX
 * texts, NULL behind the last. README.md lists the kinds. */
void fact(struct case_run *run, const char *kind, ...) __attribute__((sentinel));

/* Writes length bytes of text with \t, \n and \\ escaped, at most two bytes for one; how many. */
size_t escape_field(char *to, const char *from, size_t length);

/* This process is not what the kernel ends when memory runs out. */
void spare_from_oom(void);

/* Starts the process that keeps this program's file as it is; its number, or -1. */
pid_t keeper_start(void);

/* Whether a case may give this as its mark: [A-Za-z0-9._-]{1,64}. */
bool is_mark(const char *text);

/* Takes the request that the case left at `path`, if it is one, and removes it. Only the case that
 * ended by it has asked: what a process of another group wrote while the case ended by itself is a
 * fact, restart-refused. */
void restart_take(const char *path, pid_t leader, struct case_run *run);

/* Starts the case, waits for its end or its limit, and keeps what it wrote. Exit code. */
int case_supervise(struct case_run *run);

/* Writes the archive to run->results; its length, and its SHA-256 in hex. 0: not written, said on
 * stderr. */
uint64_t record_write(const struct case_run *run, char sha256[65]);

/* The verbs; each returns the program's exit code. */
int verb_identity(int argc, char **argv);
int verb_case(int argc, char **argv);
int verb_begin(int argc, char **argv);
int verb_observe(int argc, char **argv);
int verb_restart(int argc, char **argv);
int verb_serve(int argc, char **argv);
int verb_install(int argc, char **argv);
int verb_crash(int argc, char **argv);

/* /proc/sys/kernel/tainted; 0 where it cannot be read. */
unsigned long long kernel_taint(void);

/* Sets the clock (a restored guest's is minutes behind) unless text is NULL, then prints the line.
 * keeper: 0: none.
 */
int identity_print(const char *set_clock_ms, pid_t keeper);

#endif
