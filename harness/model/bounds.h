/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Upper bounds on what one job may produce. They are defined here once: a worker applies them while
 * it collects data (bundle/bounds), and every reader of a result checks them again.
 *
 * The shares below are bytes of result.json. Together with the members that have bounds of their
 * own (identity, gaps, rows of cases and evidence, findings) they add up to less than
 * BUNDLE_RESULT_LIMIT.
 */
#ifndef TS_MODEL_BOUNDS_H
#define TS_MODEL_BOUNDS_H

enum {
    BUNDLE_RESULT_LIMIT = 128 << 20,   /* bytes of result.json */
    BUNDLE_BLOB_LIMIT = 64 << 20,      /* bytes of one piece of evidence */
    BUNDLE_EVIDENCE_LIMIT = 512 << 20, /* bytes of all evidence of a job together */
    BUNDLE_EVIDENCE_COUNT = 20000,     /* pieces of evidence of a job */
    /* The part of these that is reserved for evidence of the whole job: its console is preserved
     * however much the cases print. */
    BOUND_JOB_EVIDENCE_BYTES = 64 << 20,
    BOUND_JOB_EVIDENCE_COUNT = 100,

    BOUND_IDENTITY = 1000,
    BOUND_GAPS = 10000,
    BOUND_CASES = 50000,
    BOUND_POINTS = 100000, /* test points of one case */
    BOUND_OBSERVATIONS = 200000,
    BOUND_PARTS = 20000,
    BOUND_CENSUS = 1000, /* kinds of files, and names of opaque ones */
    BOUND_FINDINGS = 20000,
    BOUND_FOOTPRINT = 4000, /* entries; their texts are bounded by suite/footprint.c */
    BOUND_TEXT = 1 << 20,   /* bytes of one string */
    BOUND_LABEL = 255,      /* bytes of a job's ID or of the name of a piece of evidence */

    BOUND_OBSERVATIONS_BYTES = 24 << 20,
    BOUND_JOB_OBSERVATIONS_BYTES =
        1 << 20, /* bytes, in addition, for observations of the whole job */
    BOUND_POINTS_BYTES = 24 << 20,
    BOUND_PASSED_BYTES = 16 << 20, /* bytes, as a part of these, for points that passed */
    BOUND_REASONS_BYTES = 8 << 20,
    BOUND_REASON = 4000,      /* bytes of one reason */
    BOUND_REASON_LEAST = 200, /* bytes of one reason once the share of all reasons is used up */
};

#endif
