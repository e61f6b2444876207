/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How much one job may leave: stated here once, applied while a worker collects (bundle/bounds) and
 * held again by whoever reads a result.
 *
 * The shares are bytes of result.json. Together with what has a bound of its own (identity, gaps,
 * the rows of cases and of evidence, findings) they stay below BUNDLE_RESULT_LIMIT.
 */
#ifndef TS_MODEL_BOUNDS_H
#define TS_MODEL_BOUNDS_H

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

#endif
