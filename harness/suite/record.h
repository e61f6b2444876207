/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one case left: the archive of its streams on the results disk, and its end record, the line
 * that `touchstone-guest case` prints. Both are hostile. A record is taken only when the line is of
 * this nonce, case and place on the disk, and the archive has the SHA-256 that the line says.
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

#define RECORD_LINE_LIMIT 4096                  /* bytes of a case line */
#define RECORD_STREAM_LIMIT (1024 * 1024)       /* bytes kept of each stream: --limit's maximum */
#define RECORD_OBSERVATIONS_LIMIT (1024 * 1024) /* bytes kept of the observations */

#define RECORD_CORE_LIMIT (4 * 1024 * 1024)
/* Bytes of a whole archive: its members, and their headers and padding. */
#define RECORD_ARCHIVE_LIMIT                                                                       \
    (2 * RECORD_STREAM_LIMIT + RECORD_OBSERVATIONS_LIMIT + FACTS_LIMIT + RECORD_CORE_LIMIT + 16384)

/* What a case asks the harness to do with its guest before it goes on. */
enum restart {
    RESTART_NONE,
    RESTART_REBOOT,    /* in order, by its init */
    RESTART_POWER_CUT, /* nothing is written any more */
    RESTART_COUNT
};
const char *restart_name(enum restart restart); /* none, reboot, power-cut */

#define RECORD_MARK_MAX 64

/* How a case, or one leg of it, ended. */
struct record_end {
    int exit_code; /* < 0: it did not end by itself */
    int signal;    /* 0: it was not killed */
    bool timed_out;
    int64_t timeout_ms; /* the limit it ran under */
    int64_t duration_ms;
    enum restart restart;
    char mark[RECORD_MARK_MAX + 1]; /* [A-Za-z0-9._-], for its next leg; "-" without a restart */
};

/* The case line, taken apart. */
struct record_line {
    uint64_t offset, length;       /* of the archive on the results disk, bytes */
    char sha256[DIGEST_TEXT_SIZE]; /* of the archive */
    struct record_end end;
    /* Written by the case, or found out by its runner, beyond the limit. */
    uint64_t stdout_dropped, stderr_dropped, observations_dropped, facts_dropped;
};

/* One member of the archive, as read from the results disk; borrowed. */
struct record_member {
    const char *name; /* NONCE/CASE/stdout, …/stderr, …/observations, …/facts; …/core or none */
    const char *data;
    size_t length;
};

/* Everything that is known of a case that ran. */
struct case_record {
    struct record_end end;
    struct buffer out, err, observations; /* raw bytes */
    struct facts facts;                   /* of all legs, in order */
    struct buffer facts_text;             /* the same as it came */
    struct buffer core;                   /* of the first process that crashed, or empty */
    bool core_whole;                      /* false: memory was left out of it */
    uint64_t out_dropped, err_dropped, observations_dropped, facts_dropped;
};

/* Takes the line apart. It must name this nonce, case and offset, and its archive must end by
 * room_end (the first byte behind this case's room on the disk). -EBADMSG. */
int record_parse_line(const char *text, size_t length, const char *nonce, const char *case_id,
                      uint64_t offset, uint64_t room_end, struct record_line *ret_line,
                      struct error **err);

/* Checks the archive, whose SHA-256 is `sha256`, against the line, and copies its members.
 * -EBADMSG: there is no result (the case is MISS, whatever it may have printed). End with
 * case_record_done. */
int record_check(const char *nonce, const char *case_id, const struct record_line *line,
                 const char *sha256, const struct record_member *members, size_t count,
                 struct case_record *ret_record, struct error **err);

/* What the next leg of the same case left goes behind what the ones before it left. */
void case_record_add(struct case_record *record, const struct case_record *leg);

void case_record_done(struct case_record *record);

#endif
