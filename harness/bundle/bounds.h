/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How much one job may leave: stated here once, applied while a worker collects (so that what was
 * judged is never lost to what was said beside it), and held again by whoever reads a bundle.
 *
 * The shares are bytes of result.json. Together with what has a bound of its own (identity, gaps,
 * the rows of cases and of evidence, findings) they stay below BUNDLE_RESULT_LIMIT.
 */
#ifndef TS_BUNDLE_BOUNDS_H
#define TS_BUNDLE_BOUNDS_H

#include <stdbool.h>
#include <stddef.h>

struct case_result;
struct result;

enum {
    BUNDLE_RESULT_LIMIT = 96 << 20,    /* bytes of result.json */
    BUNDLE_BLOB_LIMIT = 64 << 20,      /* bytes of one piece of evidence */
    BUNDLE_EVIDENCE_LIMIT = 512 << 20, /* bytes of all evidence together */
    BUNDLE_EVIDENCE_COUNT = 20000,     /* pieces */
    /* Of these, what only evidence of the whole job may use: its console is kept whatever its cases
     * printed. */
    BOUND_JOB_EVIDENCE_BYTES = 64 << 20,
    BOUND_JOB_EVIDENCE_COUNT = 100,

    BOUND_IDENTITY = 1000,
    BOUND_GAPS = 10000,
    BOUND_CASES = 10000,
    BOUND_POINTS = 100000, /* of one case */
    BOUND_OBSERVATIONS = 200000,
    BOUND_PARTS = 20000,
    BOUND_FINDINGS = 20000,
    BOUND_TEXT = 1 << 20, /* bytes of one string */
    BOUND_LABEL = 255,    /* of a job's id, a piece of evidence's name */

    BOUND_OBSERVATIONS_BYTES = 24 << 20,
    BOUND_JOB_OBSERVATIONS_BYTES = 1 << 20, /* beyond them, for those of the whole job */
    BOUND_POINTS_BYTES = 24 << 20,
    BOUND_PASSED_BYTES = 16 << 20, /* of them, what points that passed may use */
    BOUND_REASONS_BYTES = 8 << 20,
    BOUND_REASON = 4000,      /* bytes of one reason */
    BOUND_REASON_LEAST = 200, /* when the share of all reasons is used up */
};

/* Whether a case (NULL: the job) may leave one more observation; what it takes is counted. */
bool bounds_take_observation(struct result *result, const char *case_id, const char *key,
                             const char *value, const char *unit);

/* Cuts the reason and the points of a case that was judged to what there is room for: points that
 * did not pass come first, in later cases too. Its status stays. */
void bounds_hold_case(struct result *result, struct case_result *row);

/* Says as observations of the job (cut.observations, cut.points, cut.parts, cut.evidence: how many)
 * what the bounds cut off. */
void bounds_tell(struct result *result);

#endif
