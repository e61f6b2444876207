/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the cells of a run that refer to missing or damaged evidence: each blob is looked for or
 * read once, and only if one is lost is there a search for references. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "store/evidence.h"
#include "store/run_row.h"
#include "store/seal.h"
#include "store/sql.h"
#include "store/store.h"

VEC_TYPE(numbers, int64_t);

static void numbers_done(struct numbers *numbers)
{
    vec_done(numbers);
}

static bool is_whole(const char *home, const char *sha256, uint64_t size)
{
    _cleanup_buffer_ struct buffer nothing = {0};
    _cleanup_error_ struct error *err = NULL;

    return evidence_read_tail(home, sha256, size, 0, &nothing, NULL, &err) == 0;
}

/* Returns the lost blobs of the run, ascending; ret NULL: only checks that the list is complete. */
static int find_blobs(struct store *store, int64_t run, const char *run_id, bool read_all,
                      struct numbers *ret, struct error **err)
{
    _cleanup_(evidence_folders_done) struct evidence_folders folders = {0};
    _cleanup_sql_ sqlite3_stmt *row = NULL;
    char sum[DIGEST_TEXT_SIZE] = "";
    struct index_sums sums;
    int code = seal_index_sums(store, run, run_id, &sums, err);

    if (code == 0)
        code = sql_prepare(store, &row, err,
                           "SELECT evidence, sha256, size FROM run_evidence JOIN evidence "
                           "USING (evidence) WHERE run = ? ORDER BY evidence",
                           "i", run);
    while (code == 0 && (code = sql_step(store, row, err)) > 0) {
        char sha256[DIGEST_TEXT_SIZE], digest[DIGEST_TEXT_SIZE];
        uint64_t size = (uint64_t)sqlite3_column_int64(row, 2);

        sql_digest(row, 1, sha256);
        seal_blob(sha256, size, digest);
        seal_sum(sum, digest);
        if (ret != NULL && (read_all ? !is_whole(store->home, sha256, size)
                                     : !evidence_is_present(&folders, store->home, sha256, size)))
            *vec_add(ret) = sqlite3_column_int64(row, 0);
        code = 0;
    }
    if (code == 0 && !seal_same_sum(sum, sums.blobs))
        return seal_index_damaged(store, run_id, "its evidence", err);
    return code;
}

static bool holds(const struct numbers *numbers, int64_t number)
{
    size_t low = 0, high = numbers->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (numbers->items[middle] == number)
            return true;
        if (numbers->items[middle] < number)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

int run_row_check_evidence(struct store *store, int64_t run, const char *run_id, struct error **err)
{
    struct index_sums sums;
    int code = seal_check_index(store, run, run_id, &sums, err);

    return code == 0 ? find_blobs(store, run, run_id, false, NULL, err) : code;
}

/* State of iterating over cells in the plan's order. */
struct walk {
    int64_t place;
    bool begun, lost;
    char sum[DIGEST_TEXT_SIZE], wanted[DIGEST_TEXT_SIZE];
};

static int end_cell(struct store *store, const char *run_id, struct walk *walk,
                    struct lost_cells *ret_cells, struct error **err)
{
    if (walk->begun && !seal_same_sum(walk->sum, walk->wanted))
        return seal_index_damaged(store, run_id, "the evidence of a cell", err);
    if (walk->begun && walk->lost)
        *vec_add(ret_cells) = (size_t)walk->place;
    return 0;
}

static void take_row(const struct numbers *blobs, sqlite3_stmt *row, struct walk *walk)
{
    char sha256[DIGEST_TEXT_SIZE], digest[DIGEST_TEXT_SIZE];

    if (sqlite3_column_type(row, 2) == SQLITE_NULL)
        return;
    sql_digest(row, 3, sha256);
    seal_blob(sha256, (uint64_t)sqlite3_column_int64(row, 4), digest);
    seal_sum(walk->sum, digest);
    walk->lost = walk->lost || holds(blobs, sqlite3_column_int64(row, 2));
}

static int find_cells(struct store *store, int64_t run, const char *run_id,
                      const struct numbers *blobs, struct lost_cells *ret_cells, struct error **err)
{
    struct walk walk = {.begun = false};
    _cleanup_sql_ sqlite3_stmt *row = NULL;
    int code =
        sql_prepare(store, &row, err,
                    "SELECT place, cell.blobs, attempt_evidence.evidence, evidence.sha256, "
                    "size FROM cell LEFT JOIN attempt ON attempt.cell = cell.cell "
                    "LEFT JOIN attempt_evidence ON attempt_evidence.attempt = attempt.attempt "
                    "LEFT JOIN evidence ON evidence.evidence = attempt_evidence.evidence "
                    "WHERE cell.run = ? ORDER BY place",
                    "i", run);

    while (code == 0 && (code = sql_step(store, row, err)) > 0) {
        code = 0;
        if (!walk.begun || walk.place != sqlite3_column_int64(row, 0)) {
            code = end_cell(store, run_id, &walk, ret_cells, err);
            walk = (struct walk){.begun = true, .place = sqlite3_column_int64(row, 0)};
            sql_digest(row, 1, walk.wanted);
        }
        if (code == 0)
            take_row(blobs, row, &walk);
    }
    return code == 0 ? end_cell(store, run_id, &walk, ret_cells, err) : code;
}

int store_find_lost_cells(struct store *store, const char *run_id, bool read_all,
                          struct lost_cells *ret_cells, struct error **err)
{
    _cleanup_(numbers_done) struct numbers blobs = {0};
    int64_t run = 0;
    int code = run_row_find(store, run_id, &run, err);

    if (code == 0)
        code = find_blobs(store, run, run_id, read_all, &blobs, err);
    return code == 0 && blobs.count > 0 ? find_cells(store, run, run_id, &blobs, ret_cells, err)
                                        : code;
}
