/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The record of one case: its streams, one after the other on the results disk, and its end record,
 * the line that `touchstone-guest case` prints. Neither is trusted. A record is accepted only if
 * the line has this attempt's nonce, case and offset on the disk, and each stream has the size and
 * the SHA-256 that the line states. That digest becomes the name of the stream's evidence, so its
 * bytes are hashed once here, and once more when the store copies them.
 */
#ifndef TS_SUITE_RECORD_H
#define TS_SUITE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/text.h"
#include "suite/collected.h"
#include "suite/facts.h"

struct error;

#define RECORD_LINE_LIMIT 4096 /* largest end record, in bytes */
/* bytes stored of each stream; the maximum of --limit */
#define RECORD_STREAM_LIMIT (1024 * 1024)
#define RECORD_OBSERVATIONS_LIMIT (1024 * 1024) /* bytes stored of the observations */

#define RECORD_CORE_LIMIT (4 * 1024 * 1024)
#define RECORD_REPORT_LIMIT (8 * 1024 * 1024) /* bytes of all files of a report */
#define RECORD_ARTIFACTS_LIMIT (16 * 1024 * 1024)
#define RECORD_PAGE 4096 /* records begin at multiples of it */

/* The streams of a record, in the order on the disk. */
enum record_stream {
    RECORD_STDOUT,
    RECORD_STDERR,
    RECORD_OBSERVATIONS,
    RECORD_FACTS,
    RECORD_CORE,      /* optional, as all that follow: of the first process that crashed */
    RECORD_REPORT,    /* what the case wrote to $TOUCHSTONE_REPORT */
    RECORD_ARTIFACTS, /* what it wrote to $TOUCHSTONE_ARTIFACTS */
    RECORD_STREAMS
};
const char *record_stream_name(enum record_stream stream); /* as in the line, and of evidence */

/* What a case asks the harness to do with its guest before it is continued. */
enum restart {
    RESTART_NONE,
    RESTART_REBOOT,    /* cleanly, by the guest's init */
    RESTART_POWER_CUT, /* without writing anything further */
    RESTART_COUNT
};
const char *restart_name(enum restart restart); /* none, reboot, power-cut */

#define RECORD_MARK_MAX 64

/* Largest "hashed" of an end record. */
#define RECORD_HASHED_MAX (RECORD_CORE * (64 + 16 + 126 + 1))

/* How a case, or one part of it, ended. */
struct record_end {
    int exit_code; /* < 0: it did not exit by itself */
    int signal;    /* 0: it was not killed by a signal */
    bool timed_out;
    int64_t timeout_ms; /* its time limit */
    int64_t duration_ms;
    enum restart restart;
    /* Both are passed to its next part. */
    char mark[RECORD_MARK_MAX + 1];     /* [A-Za-z0-9._-]; "-" without a restart */
    char hashed[RECORD_HASHED_MAX + 1]; /* its unfinished digests, as the guest wrote them; ""
                                           without a restart */
};

/* What the end record states of a stream. */
struct record_part {
    size_t size;
    char sha256[DIGEST_TEXT_SIZE]; /* of all parts of the case so far */
};

/* The parsed end record. */
struct record_line {
    uint64_t offset; /* on the results disk, in bytes */
    size_t length;   /* of all streams together */
    struct record_part parts[RECORD_STREAMS];
    bool present[RECORD_STREAMS];
    struct record_end end;
    /* Written by the case, or found out by its runner, beyond the limit. */
    uint64_t stdout_dropped, stderr_dropped, observations_dropped, facts_dropped;
};

/* Everything that is known about a case that ran. */
struct case_record {
    struct record_end end;
    struct buffer out, err, observations;      /* unprocessed bytes */
    struct facts facts;                        /* of all parts, in order */
    struct buffer facts_text;                  /* the same as received */
    struct buffer core;                        /* of the first process that crashed; may be empty */
    bool core_whole;                           /* false: some memory was left out of it */
    struct buffer report_text, artifacts_text; /* as received, of the last part */
    struct collected report, artifacts;        /* the same, parsed; its data point there */
    char sha256[RECORD_STREAMS][DIGEST_TEXT_SIZE]; /* of the bytes above */
    struct digest *running[RECORD_CORE];           /* the same, unfinished; NULL: no part yet */
    uint64_t out_dropped, err_dropped, observations_dropped, facts_dropped;
};

/* The bytes of one stream. */
const struct buffer *case_record_bytes(const struct case_record *record, enum record_stream stream);

/* Parses the line. It must contain this nonce, case and offset, exactly the streams of a record in
 * their order and within their limits, and end at or before room_end (the end of the disk).
 * -EBADMSG
 */
int record_parse_line(const char *text, size_t length, const char *nonce, const char *case_id,
                      uint64_t offset, uint64_t room_end, struct record_line *ret_line,
                      struct error **err);

/* Checks line->length bytes from the disk against the line and copies the streams. Digests continue
 * those of the earlier parts of the case. -EBADMSG: there is no result (the case is MISS, whatever
 * it printed). Free with case_record_done. */
int record_check(const char *case_id, const struct record_line *line, const char *data,
                 const struct case_record *earlier, struct case_record *ret_record,
                 struct error **err);

/* Appends the record of the next part of the same case, which was checked with `record` as the
 * earlier parts; its digests move. */
void case_record_add(struct case_record *record, struct case_record *leg);

void case_record_done(struct case_record *record);

#endif
