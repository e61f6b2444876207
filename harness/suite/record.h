/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The record of one case: the archive of its streams on the results disk, and its end record, the
 * line that `touchstone-guest case` prints. Neither is trusted. A record is accepted only if the
 * line has this attempt's nonce, case and offset on the disk, and the archive has the SHA-256 that
 * the line states.
 */
#ifndef TS_SUITE_RECORD_H
#define TS_SUITE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/text.h"
#include "suite/facts.h"

struct error;

#define RECORD_LINE_LIMIT 4096 /* largest end record, in bytes */
/* bytes stored of each stream; the maximum of --limit */
#define RECORD_STREAM_LIMIT (1024 * 1024)
#define RECORD_OBSERVATIONS_LIMIT (1024 * 1024) /* bytes stored of the observations */

#define RECORD_CORE_LIMIT (4 * 1024 * 1024)
/* Largest archive in bytes: its members with their headers and padding. */
#define RECORD_ARCHIVE_LIMIT                                                                       \
    (2 * RECORD_STREAM_LIMIT + RECORD_OBSERVATIONS_LIMIT + FACTS_LIMIT + RECORD_CORE_LIMIT + 16384)

/* What a case asks the harness to do with its guest before it is continued. */
enum restart {
    RESTART_NONE,
    RESTART_REBOOT,    /* cleanly, by the guest's init */
    RESTART_POWER_CUT, /* without writing anything further */
    RESTART_COUNT
};
const char *restart_name(enum restart restart); /* none, reboot, power-cut */

#define RECORD_MARK_MAX 64

/* How a case, or one part of it, ended. */
struct record_end {
    int exit_code; /* < 0: it did not exit by itself */
    int signal;    /* 0: it was not killed by a signal */
    bool timed_out;
    int64_t timeout_ms; /* its time limit */
    int64_t duration_ms;
    enum restart restart;
    char mark[RECORD_MARK_MAX +
              1]; /* [A-Za-z0-9._-], passed to its next part; "-" without a restart */
};

/* The parsed end record. */
struct record_line {
    uint64_t offset, length;       /* of the archive on the results disk, in bytes */
    char sha256[DIGEST_TEXT_SIZE]; /* Bytes written by the case, or recorded by its runner, beyond
                                      the limit. */
    struct record_end end;
    /* Written by the case, or found out by its runner, beyond the limit. */
    uint64_t stdout_dropped, stderr_dropped, observations_dropped, facts_dropped;
};

/* One member of the archive, as read from the results disk; borrowed. */
struct record_member {
    const char *name; /* NONCE/CASE/stdout, …/stderr, …/observations, …/facts; …/core is optional */
    const char *data;
    size_t length;
};

/* Everything that is known about a case that ran. */
struct case_record {
    struct record_end end;
    struct buffer out, err, observations; /* unprocessed bytes */
    struct facts facts;                   /* of all parts, in order */
    struct buffer facts_text;             /* the same as received */
    struct buffer core;                   /* of the first process that crashed; may be empty */
    bool core_whole;                      /* false: some memory was left out of it */
    uint64_t out_dropped, err_dropped, observations_dropped, facts_dropped;
};

/* Parses the line. It must contain this nonce, case and offset, and its archive must end at or
 * before room_end (the end of this case's space on the disk). -EBADMSG. */
int record_parse_line(const char *text, size_t length, const char *nonce, const char *case_id,
                      uint64_t offset, uint64_t room_end, struct record_line *ret_line,
                      struct error **err);

/* Checks the archive, whose digest is `sha256`, against the line, and copies its members. -EBADMSG:
 * there is no result (the case is MISS, whatever it printed). Free with case_record_done. */
int record_check(const char *nonce, const char *case_id, const struct record_line *line,
                 const char *sha256, const struct record_member *members, size_t count,
                 struct case_record *ret_record, struct error **err);

/* Appends the record of the next part of the same case. */
void case_record_add(struct case_record *record, const struct case_record *leg);

void case_record_done(struct case_record *record);

#endif
