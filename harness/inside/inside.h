/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone-guest: one static program for everything that the harness does inside a guest. It is
 * built for the guest's architecture, shares no code with the harness, and communicates through the
 * lines and the record documented in README.md of this folder. */
#ifndef TS_INSIDE_INSIDE_H
#define TS_INSIDE_INSIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "inside/sha256.h"

enum { EXIT_USAGE = 64, EXIT_NO_SPACE = 73, EXIT_IO = 74 };

/* The payload's folder in a guest. */
#define DEFAULT_BASE "/var/tmp/touchstone"

#define STREAM_LIMIT_MAX (1024 * 1024)
#define OBSERVATIONS_LIMIT (1024 * 1024)
#define OBSERVATIONS_HEAD "observations\n" /* first line of the file; not part of the record */
#define OBSERVATIONS_COUNT 4096
#define OBSERVATION_KEY_MAX 128
#define OBSERVATION_VALUE_MAX 4096
#define OBSERVATION_UNIT_MAX 32
#define MARK_MAX 64
#define FACTS_LIMIT (256 * 1024)
#define REPORT_LIMIT (8 * 1024 * 1024) /* bytes of a report, with its file names */
#define REPORT_FILES 1000
#define ARTIFACTS_LIMIT (16 * 1024 * 1024)
#define ARTIFACTS_FILES 500
#define FACTS_COUNT 2000
#define FACT_FIELDS_MAX 8

/* Prints a message to stderr with the prefix "touchstone-guest: "; returns code, for use in return
 * statements. */
int complain(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Parses a decimal number up to max. */
bool parse_number(const char *text, uint64_t max, uint64_t *ret_value);

/* Reads the first line of a small file without its newline; false if it cannot be read. */
bool read_line(const char *path, char *text, size_t size);

int64_t monotonic_ms(void);

/* CRC-32 (IEEE) of data that follows data with the checksum `before`; 0: nothing. */
uint32_t crc32(uint32_t before, const char *data, size_t length);

/* Prints "text" as a JSON string; bytes that are not ASCII are written as \u00XX, so the line is
 * valid for any input. */
void json_string(FILE *out, const char *text);

/* One stream of a case: its beginning is stored, the rest only counted. */
struct stream {
    int fd; /* read end, non-blocking; -1: at end of file */
    char *data;
    size_t kept, limit;
    uint64_t dropped;
};

/* Reads the available data; false at end of file. */
bool stream_read(struct stream *stream);

/* Records begin and end at pages, so that the kernel need not read what it does not overwrite. */
#define RECORD_PAGE 4096

/* What a record consists of, in the order on the results disk. */
enum {
    PART_STDOUT,
    PART_STDERR,
    PART_OBSERVATIONS,
    PART_FACTS,
    PART_CORE, /* this and what follows: only if there is one */
    PART_REPORT,
    PART_ARTIFACTS,
    RECORD_PARTS
};
struct record_part {
    const char *name;
    const void *data;
    size_t size;
    char sha256[65];   /* of the stream since the case began, restarts included */
    struct sha256 sha; /* the same, unfinished */
};

/* One execution of one case. */
struct case_run {
    const char *id, *nonce, *results, *base, *suite, *work, *platform, *scale;
    const char *guest;   /* name of this guest if the cell has two; "": it has one */
    const char *payload; /* serial number of the payload disk; NULL: nothing is guarded */
    const char *state;   /* state of the guard when the last case ended; NULL: none yet */
    pid_t agent;         /* the process that started this program */
    char shell[4096], loader[4096]; /* real paths */
    const char *samples; /* OFFSET and SIZE on the results disk for what it samples; "": it does
                            not measure, and the next three are empty, too */
    const char *rounds, *minutes, *round_first;
    const char *mark; /* mark from before the guest's restart; "": first part of the case */
    char *const *argv;
    int64_t timeout_ms;
    uint64_t limit, offset;
    bool witness;             /* record what the kernel reports about programs */
    int64_t witness_since_ms; /* files with an older ctime are reported only if something went wrong
                                 with them */
    struct stream out, err, observations; /* set by case_supervise */
    struct stream report, artifacts;      /* the same: collections of files */
    struct stream facts;                  /* set by fact() */
    size_t fact_count;
    const char *core; /* of a process that crashed; NULL: none */
    size_t core_size;
    int exit_code; /* -1: killed by a signal */
    int signal;
    bool timed_out;
    int64_t duration_ms;
    const char *restart;          /* requested restart: "none", "reboot", "power-cut" */
    char next_mark[MARK_MAX + 1]; /* "-" if no restart is requested */
    struct record_part parts[RECORD_PARTS];
};

/* Records a fact about the case: its kind ([a-z-]{1,32}) and up to FACT_FIELDS_MAX texts,
 * terminated by NULL. README.md lists the kinds. */
void fact(struct case_run *run, const char *kind, ...) __attribute__((sentinel));

/* Writes length bytes of text with tab, newline and backslash escaped, at most two bytes for each;
 * returns the number written. */
size_t escape_field(char *to, const char *from, size_t length);

/* Collects the file, or the files of the folder, at `path`; an empty stream: there is nothing. */
void collect(const char *path, size_t limit, size_t files, struct stream *to);

/* Opens the results disk of a case. */
int record_open(const struct case_run *run, int flags);

/* Removes a file or a folder with its content. */
void collect_clear(const char *path);

/* Protects this process from the kernel's OOM killer. */
void spare_from_oom(void);

/* Starts the process that keeps this program's file open; returns its PID, or -1. */
pid_t keeper_start(void);

/* True for a valid mark: [A-Za-z0-9._-]{1,64}. */
bool is_mark(const char *text);

/* Reads and removes the restart request at `path`. It is accepted only from a case that ended
 * because of it; a request written by a process of another group, while the case exited by itself,
 * is recorded as the fact restart-refused. */
void restart_take(const char *path, pid_t leader, struct case_run *run);

/* Starts the case, waits for its end or its time limit, and stores its output. Returns an exit
 * code. */
int case_supervise(struct case_run *run);

/* Begins the digests of the streams, or continues those of the case's earlier parts ("hashed" of
 * their end record); false: the text is invalid. */
bool record_continue(struct case_run *run, const char *hashed);

/* Writes the streams to run->results and sets run->parts; false: failed, reported on stderr. */
bool record_write(struct case_run *run);

/* Prints the end record. Returns an exit code. */
int record_print(const struct case_run *run);

/* The verbs; each returns the program's exit code. */
int verb_identity(int argc, char **argv);
int verb_case(int argc, char **argv);
int verb_begin(int argc, char **argv);
int verb_observe(int argc, char **argv);
int verb_restart(int argc, char **argv);
int verb_serve(int argc, char **argv);
int verb_install(int argc, char **argv);
int verb_crash(int argc, char **argv);
int verb_idle(int argc, char **argv);
int verb_footprint(int argc, char **argv);
int verb_network(int argc, char **argv);
int verb_sample(int argc, char **argv);

/* Value of /proc/sys/kernel/tainted; 0 if it cannot be read. */
unsigned long long kernel_taint(void);

/* Sets the clock, which is late in a restored guest, to this number of milliseconds. */
int identity_set_clock(const char *ms);
/* Prints the line. keeper: PID; 0: none. */
int identity_print(pid_t keeper);

#endif
