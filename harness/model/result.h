/* SPDX-License-Identifier: Apache-2.0 */
/* The outcome of a job as data: results of the cases, what was measured in the guest, gaps and
 * evidence. `bundle/` reads and writes it as result.json; `judge/` derives verdicts from it. It
 * contains no verdict itself. */
#ifndef TS_MODEL_RESULT_H
#define TS_MODEL_RESULT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/text.h"
#include "base/vec.h"
#include "model/footprint.h"
#include "model/platform.h"
#include "model/prediction.h"
#include "model/words.h"

/* A key and value measured in the guest. */
struct observation {
    char *case_id;            /* NULL: measured by the harness's identity check */
    char *key, *value, *unit; /* unit may be NULL */
};

/* A piece of evidence: a blob, identified by its digest. */
struct evidence {
    char *name;    /* what it contains: stdout, stderr, console, domain.xml, identity … */
    char *case_id; /* NULL: belongs to the whole cell */
    char sha256[DIGEST_TEXT_SIZE];
    uint64_t size;
    bool truncated; /* longer than the limit, so only its beginning is stored */
};

/* One test point of a case: a TAP line, or a test of a report. */
struct point {
    char *name;
    enum status status;
    char *detail; /* NULL, or text such as the reason of a directive */
    char *raw;    /* the status in the words of whoever wrote the report; NULL: it has no word */
};

struct case_result {
    char *id;
    char *guest; /* name of the guest it was planned to run in; NULL: its suite has only one */
    enum item item;
    bool required;
    bool judgeable; /* can be judged at this grade; if false, PASS and FAIL become DONE */
    enum status status;
    enum blame blame; /* BLAME_NONE for PASS, DONE and SKIP */
    char *reason;     /* one line: why it is not PASS; NULL for PASS */
    bool gap;         /* SKIP because the guest differs from the physical CPU */
    bool started;     /* the guest started it; false if it never ran */
    int exit_code;    /* < 0: it did not exit by itself */
    int64_t duration_ms;
    VEC(struct point) points;
};

/* One comparison made by the identity check. */
struct identity_check {
    char *key; /* vendor, midr, feature, page_size, kernel, os_id, clock … */
    char *expected;
    char *measured;
    bool matches;
};

/* How much of its bounds a result has used, and how much was dropped because of them
 * (bundle/bounds). Not written to the file. */
struct result_use {
    uint64_t observations, points, reasons; /* bytes of result.json used */
    uint64_t cut_observations, cut_points, cut_evidence,
        cut_parts; /* number of items dropped or truncated */
};

struct result {
    enum job_kind kind;
    char *run_id;
    char *job_id;     /* unique in the run: prepare-IMAGE-PLATFORM-…, cell-IMAGE-PLATFORM-SUITE */
    unsigned attempt; /* from 1 */
    char *image, *platform, *suite; /* suite is NULL for prepare and harvest jobs */
    enum grade grade;
    enum accel accel;
    bool warm;       /* started from a saved state */
    char *state_key; /* key of the saved state that a prepare job made or a cell started from; NULL:
                        none */
    char *prepared_by; /* "RUN/JOB/ATTEMPT" of the prepare job that made that state; or NULL */
    int64_t started_ms, ended_ms; /* wall clock, milliseconds */
    /* Outcome of the job itself: STATUS_PASS when it ran to its end, else MISS. Never FAIL: a job
     * that broke says nothing about the product. */
    enum status outcome;
    enum blame blame;
    char *reason;
    bool identity_measured;
    VEC(struct identity_check) identity;
    struct gaps gaps;
    struct prediction prediction;  /* result of the static check of the product's files */
    struct footprint footprint;    /* what the product did to the guest's system */
    VEC(struct case_result) cases; /* one row for each case of the suite, in the suite's order */
    VEC(struct observation) observations;
    VEC(struct evidence) evidence;
    struct result_use use;
};

extern const struct members result_members;
struct result *result_new(void);
void result_free(struct result *result);
DEFINE_CLEANUP(struct result *, result_free)

struct suite;
struct text_map;

/* Adds a row for every case that is planned (suite_case_is_planned), as MISS, harness, "not
 * run", so that no case is missing however the job ends. result->grade decides which cases can be
 * judged. */
void result_expect_cases(struct result *result, const struct suite *suite, const struct strv *items,
                         bool no_probes);

struct case_result *result_find_case(struct result *result, const char *id);
/* Adds the place of each case by its id, for many searches; of a repeated id the first. Borrows the
 * ids. */
void result_index_cases(const struct result *result, struct text_map *to);
void result_add_observation(struct result *result, const char *case_id, const char *key,
                            const char *value, const char *unit);
/* True if the case was not executed because the guest was restored from a state saved after it in
 * an earlier attempt. Its outcome is the one in that attempt (result->prepared_by). */
bool case_is_restored(const struct case_result *row);

/* True if an attempt says nothing about the product: a fault of the host or the harness ended it
 * before any case failed, and the guest matched the plan as far as that was checked. */
bool result_is_lost(const struct result *result);

/* True if the run was stopped during this attempt. Cases that had ended count; the rest is not
 * blamed on the host or the harness. */
bool result_is_interrupted(const struct result *result);
void result_set_interrupted(struct result *result);

bool result_identity_matches(
    const struct result *result); /* True if the identity was measured and every check matches. */

/* Frees the members; the struct itself belongs to its array. */
void case_result_done(struct case_result *row);

#endif
