/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Digests by which a store tells that it was changed behind the program's back. They are checksums:
 * who can write the file can make them again (SECURITY.md).
 *
 *   record.sha256   the text of the record
 *   run.chain       the digests of the run's records, in their order; run.seal the row
 *   cell.digest     the row, with the chain over the cell's attempts
 *   verdict.digest  the row, with the digest of the cell as it was judged
 *   run_index       the sums over the digests of cells and evidence, with the chain
 *
 * As SQL functions: row_digest(a, b, …) is the SHA-256 over values and their types, sum_add(sum,
 * digest) and sum_sub(sum, digest) calculate modulo 2^256; "" is 0.
 */
#ifndef TS_STORE_SEAL_H
#define TS_STORE_SEAL_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"

struct error;
struct store;

/* The columns that a digest covers. */
#define RUN_SEALED "run, id, created_ms, ended_ms, state, chain"
#define RUN_INDEX_SEALED "run, chain, cells, blobs"
#define CELL_SEALED                                                                                \
    "cell, run, place, image, platform, suite, refused, job, attempts, chain, attempt, grade, "    \
    "accel, started_ms, ended_ms, gap_missing, gap_extra, gap_unknown, warn, high, unknown, "      \
    "block, evidence, evidence_least, blobs"
#define VERDICT_SEALED                                                                             \
    "cell, judged, rules, verdict, rule, reason, blame, case_id, judged_cases, total, defined, "   \
    "required_left_out, partial, has_prediction, predicted, observed, flaky, ran, rollup"

/* Makes the SQL functions known to a connection. */
void seal_register(sqlite3 *db);

/* The chain with one more digest at its end. "" is the empty one. */
void seal_chain(char chain[DIGEST_TEXT_SIZE], const char *sha256);

/* A sum with one more digest; what is no digest counts as 0. */
void seal_sum(char sum[DIGEST_TEXT_SIZE], const char *sha256);

bool seal_same_sum(const char *a, const char *b);

/* What a piece of evidence adds to a sum. */
void seal_blob(const char *sha256, uint64_t size, char ret_digest[DIGEST_TEXT_SIZE]);

/* Verifies the run's row against its records' digests. Costs one step of an index a record.
 * -EUCLEAN
 */
int seal_check_run(struct store *store, int64_t run, const char *run_id, struct error **err);

/* The same, and that the index is one of these records; gives the sums that it holds. -EUCLEAN */
struct index_sums {
    char cells[DIGEST_TEXT_SIZE], blobs[DIGEST_TEXT_SIZE];
};
int seal_check_index(struct store *store, int64_t run, const char *run_id,
                     struct index_sums *ret_sums, struct error **err);

/* The sums alone, when seal_check_index was asked before. */
int seal_index_sums(struct store *store, int64_t run, const char *run_id,
                    struct index_sums *ret_sums, struct error **err);

/* Seals the rows again after a change. */
int seal_run(struct store *store, int64_t run, struct error **err);
int seal_index(struct store *store, int64_t run, struct error **err);

/* -EUCLEAN: the index of a run says other than its records; says how to mend that. */
int seal_index_damaged(struct store *store, const char *run_id, const char *said,
                       struct error **err);
/* -EUCLEAN: records are missing or changed. */
int seal_run_damaged(struct store *store, const char *run_id, const char *said, struct error **err);

#endif
