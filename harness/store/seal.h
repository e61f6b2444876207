/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Digests that detect changes made to a store by other programs. They are only checksums: whoever
 * can write the file can recompute them (SECURITY.md).
 *
 *   record.sha256   of the text of the record
 *   run.chain       over the digests of the run's records, in order; run.seal: over the row
 *   cell.digest     over the row, including the chain over the cell's attempts, which covers the
 *                   outcomes of their cases (store/outcomes.h)
 *   verdict.digest  over the row, including the digest of the cell when it was judged
 *   run_count, run_columns: over the row, including the digest of run_index when it was made
 *   run_index       sums over the digests of cells and evidence, with the chain
 *
 * SQL functions: row_digest(a, b, …) is the SHA-256 over values and their types; sum_add(sum,
 * digest) and sum_sub(sum, digest) compute modulo 2^256; "" is 0.
 */
#ifndef TS_STORE_SEAL_H
#define TS_STORE_SEAL_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"

struct error;
struct store;

/* The columns that each digest covers. */
#define RUN_SEALED "run, id, created_ms, ended_ms, state, chain"
#define RUN_INDEX_SEALED "run, chain, cells, blobs, label, build, aside"
#define CELL_SEALED                                                                                \
    "cell, run, place, image, platform, suite, refused, job, attempts, chain, attempt, grade, "    \
    "accel, started_ms, ended_ms, gap_missing, gap_extra, gap_unknown, warn, high, unknown, "      \
    "block, evidence, evidence_least, blobs"
#define VERDICT_SEALED                                                                             \
    "cell, judged, rules, verdict, rule, reason, blame, case_id, judged_cases, total, defined, "   \
    "required_left_out, partial, has_prediction, predicted, observed, flaky, ran, rollup"
#define RUN_COUNT_SEALED                                                                           \
    "run, judged, rules, compatible, conditional, incompatible, not_assessed, partial, emulated"
#define RUN_COLUMNS_SEALED "run, judged, rules, columns"

/* A condition on rows `r` of run and `i` of run_index: both match their digests, and each other. */
#define RUN_ROWS_SOUND                                                                             \
    "i.chain = r.chain AND "                                                                       \
    "r.seal = (SELECT row_digest(" RUN_SEALED ") FROM run WHERE run = r.run) AND "                 \
    "i.digest = (SELECT row_digest(" RUN_INDEX_SEALED ") FROM run_index WHERE run = r.run)"

/* Registers the SQL functions with a connection. */
void seal_register(sqlite3 *db);

/* Appends a digest to a chain. "" is the empty chain. */
void seal_chain(char chain[DIGEST_TEXT_SIZE], const char *sha256);

/* Adds a digest to a sum; text that is not a digest counts as 0. */
void seal_sum(char sum[DIGEST_TEXT_SIZE], const char *sha256);

bool seal_same_sum(const char *a, const char *b);

/* The digest that a piece of evidence contributes to a sum. */
void seal_blob(const char *sha256, uint64_t size, char ret_digest[DIGEST_TEXT_SIZE]);

/* -EUCLEAN: a run was removed, but not what belongs to it. */
int seal_check_orphans(struct store *store, struct error **err);

/* Verifies the run's row against the digests of its records. Costs one index lookup a record.
 * -EUCLEAN. */
int seal_check_run(struct store *store, int64_t run, const char *run_id, struct error **err);

/* The same, and verifies that the index was built from these records; returns its sums.
 * -EUCLEAN. */
struct index_sums {
    char cells[DIGEST_TEXT_SIZE], blobs[DIGEST_TEXT_SIZE];
};
int seal_check_index(struct store *store, int64_t run, const char *run_id,
                     struct index_sums *ret_sums, struct error **err);

/* Returns only the sums, after seal_check_index. */
int seal_index_sums(struct store *store, int64_t run, const char *run_id,
                    struct index_sums *ret_sums, struct error **err);

/* Update the digests of rows after a change. */
int seal_run(struct store *store, int64_t run, struct error **err);
int seal_index(struct store *store, int64_t run, struct error **err);

/* Sets -EUCLEAN: the index of a run does not match its records; the message says how to repair
 * it. */
int seal_index_damaged(struct store *store, const char *run_id, const char *said,
                       struct error **err);
/* Sets -EUCLEAN: records are missing or modified. */
int seal_run_damaged(struct store *store, const char *run_id, const char *said, struct error **err);

#endif
