/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a job leaves, as data: the cases' results, what was measured in the guest, gaps and
 * evidence. `bundle/` writes and reads it as result.json; `judge/` turns it into a verdict; nothing
 * here is one.
 */
#ifndef TS_MODEL_RESULT_H
#define TS_MODEL_RESULT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/text.h"
#include "base/vec.h"
#include "model/platform.h"
#include "model/prediction.h"
#include "model/words.h"

/* A fact measured in the guest. */
struct observation {
    char *case_id;            /* NULL: measured by the harness's own identity check */
    char *key, *value, *unit; /* unit may be NULL */
};

/* A piece of evidence: a blob named by its digest. */
struct evidence {
    char *name;    /* what it is to a reader: stdout, stderr, console, domain.xml, identity … */
    char *case_id; /* NULL: of the whole cell */
    char sha256[DIGEST_TEXT_SIZE];
    uint64_t size;
    bool truncated; /* the source was longer than its bound; what is kept is its head */
};

/* One test point inside a case (a TAP line). */
struct point {
    char *name;
    enum status status;
    char *detail; /* NULL or text, e.g. a directive's reason */
};

struct case_result {
    char *id;
    enum item item;
    bool required;
    bool judgeable; /* at the grade this ran; false: a PASS or FAIL is only DONE */
    enum status status;
    enum blame blame; /* BLAME_NONE for PASS, DONE, SKIP */
    char *reason;     /* one line, why it is not PASS; NULL for PASS */
    bool gap;         /* SKIP because of a difference between profile and real part */
    bool started;     /* the guest began it: false for what never ran */
    int exit_code;    /* < 0: it did not end by itself */
    int64_t duration_ms;
    VEC(struct point) points;
};

/* One comparison of the identity check. */
struct identity_check {
    char *key; /* vendor, midr, feature, page_size, kernel, os_id, clock … */
    char *expected;
    char *measured;
    bool matches;
};

/* What the growing parts of a result take, and what found no room (bundle/bounds); not written. */
struct result_use {
    uint64_t observations, points, reasons;                         /* bytes of result.json */
    uint64_t cut_observations, cut_points, cut_evidence, cut_parts; /* how many */
};

struct result {
    enum job_kind kind;
    char *run_id;
    char *job_id;     /* unique in the run: prepare-IMAGE-PLATFORM-…, cell-IMAGE-PLATFORM-SUITE */
    unsigned attempt; /* from 1 */
    char *image, *platform, *suite; /* suite NULL for prepare and harvest */
    enum grade grade;
    enum accel accel;
    bool warm; /* restored from a saved state */
    char
        *state_key; /* of the saved state that a prepare job made or a cell started from; or NULL */
    char *prepared_by; /* "RUN/JOB/ATTEMPT" of the prepare job behind the state; or NULL */
    int64_t started_ms, ended_ms; /* wall clock */
    /* The job's own trouble; STATUS_PASS when it ran to its end. MISS otherwise, never FAIL: a job
     * that broke says nothing of the product. */
    enum status outcome;
    enum blame blame;
    char *reason;
    bool identity_measured;
    VEC(struct identity_check) identity;
    struct gaps gaps;
    struct prediction prediction;  /* told from the product's files before it ran */
    VEC(struct case_result) cases; /* one for each case of the suite, in its order */
    VEC(struct observation) observations;
    VEC(struct evidence) evidence;
    struct result_use use;
};

extern const struct members result_members;
struct result *result_new(void);
void result_free(struct result *result);
DEFINE_CLEANUP(struct result *, result_free)

struct suite;

/* Adds a row for every case whose item is wanted (no items: all): MISS, harness, "not run". What
 * ends a job, no case is forgotten. result->grade decides which can be judged. */
void result_expect_cases(struct result *result, const struct suite *suite,
                         const struct strv *items);

struct case_result *result_find_case(struct result *result, const char *id);
void result_add_observation(struct result *result, const char *case_id, const char *key,
                            const char *value, const char *unit);
/* Whether the guest was restored as an earlier attempt had left it after this case: the case was
 * not executed, and is worth what it was worth there (result->prepared_by). */
bool case_is_restored(const struct case_result *row);

/* Whether an attempt says nothing of the product: the host or the harness cut it short before any
 * case had failed, in a guest that was what the plan says as far as was seen. */
bool result_is_lost(const struct result *result);

/* Whether its run was stopped while it was made. What had ended of it is kept, the rest is no
 * matter of the host or the harness either. */
bool result_is_interrupted(const struct result *result);
void result_set_interrupted(struct result *result);

bool result_identity_matches(const struct result *result); /* measured, and every check matches */

/* Frees what is inside; the struct itself belongs to its array. */
void case_result_done(struct case_result *row);

#endif
