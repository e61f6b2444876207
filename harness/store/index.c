/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the index rows of a run's cells and updates a cell when an attempt is added. */
#include "store/index.h"

#include <errno.h>

#include "base/error.h"
#include "model/record.h"
#include "model/result.h"
#include "store/index_rows.h"
#include "store/seal.h"
#include "store/sql.h"

/* Row numbers of cells and attempts are derived from the records, so that a rebuilt index is
 * identical. */
#define CELL_OF(run, place) ((run) << 32 | (place))

int index_add_cells(struct store *store, int64_t run, const struct plan *plan,
                    const struct plan *about, struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *sum = NULL;
    char cells[DIGEST_TEXT_SIZE] = "";
    int64_t place = 0;
    int code = 0;

    vec_foreach (cell, &plan->cells) {
        code = sql_run(store, err,
                       "INSERT INTO cell (cell, run, place, image, platform, suite, refused) "
                       "VALUES (?, ?, ?, ?, ?, ?, ?)",
                       "iiitttt", CELL_OF(run, place), run, place, cell->image, cell->platform,
                       cell->suite, cell->refused);
        if (code < 0)
            return code;
        place++;
    }
    code = sql_run(store, err, "UPDATE cell SET digest = row_digest(" CELL_SEALED ") WHERE run = ?",
                   "i", run);
    if (code == 0)
        code = sql_prepare(store, &sum, err, "SELECT digest FROM cell WHERE run = ?", "i", run);
    while (code == 0 && (code = sql_step(store, sum, err)) > 0) {
        seal_sum(cells, (const char *)sqlite3_column_text(sum, 0));
        code = 0;
    }
    if (code == 0)
        code = sql_run(store, err,
                       "INSERT INTO run_index (run, chain, cells, blobs, label, build, aside, "
                       "digest) VALUES (?, '', ?, '', ?, ?, ?, '')",
                       "ittti", run, cells, about->label, about->build, (int64_t)about->aside);
    return code == 0 ? seal_index(store, run, err) : code;
}

/* Computes the chain over the cell's attempts, in order of number, without this one and with it. */
static int measure_cell(struct store *store, int64_t cell, int64_t number,
                        char before[DIGEST_TEXT_SIZE], char chain[DIGEST_TEXT_SIZE],
                        int64_t *ret_latest, struct error **err)
{
    _cleanup_sql_borrowed_ sqlite3_stmt *row = NULL;
    int code = sql_borrow(
        store, &row, err,
        "SELECT number, sha256, outcomes FROM attempt WHERE cell = ? ORDER BY number", "i", cell);

    *before = *chain = '\0';
    while (code == 0 && (code = sql_step(store, row, err)) > 0) {
        for (int column = 1; column <= 2; column++) {
            const char *sha256 = (const char *)sqlite3_column_text(row, column);

            seal_chain(chain, sha256);
            if (sqlite3_column_int64(row, 0) != number)
                seal_chain(before, sha256);
        }
        *ret_latest = sqlite3_column_int64(row, 0);
        code = 0;
    }
    return code;
}

/* A result that is not the latest only lowers the smallest amount of evidence. */
static int put_summary(struct store *store, int64_t cell, const struct result *result,
                       struct error **err)
{
    struct cell_summary summary = {0};

    cell_summary_add(&summary, result);
    return sql_run(
        store, err,
        "UPDATE cell SET attempt = ?, grade = ?, accel = ?, started_ms = ?, ended_ms = ?, "
        "gap_missing = ?, gap_extra = ?, gap_unknown = ?, warn = ?, high = ?, unknown = ?, "
        "block = ?, evidence = ?, job = ? WHERE cell = ?",
        "ittii"
        "iiiiii"
        "iiti",
        (int64_t)summary.attempt, grade_name(summary.grade), accel_name(summary.accel),
        summary.started_ms, summary.ended_ms, (int64_t)summary.gaps[GAP_MISSING],
        (int64_t)summary.gaps[GAP_EXTRA], (int64_t)summary.gaps[GAP_UNKNOWN],
        (int64_t)summary.findings[SEVERITY_WARN], (int64_t)summary.findings[SEVERITY_HIGH],
        (int64_t)summary.findings[SEVERITY_UNKNOWN], (int64_t)summary.findings[SEVERITY_BLOCK],
        (int64_t)summary.evidence, result->job_id, cell);
}

/* Data that was modified by another program must not receive a digest from us. */
static int check_cell(struct store *store, int64_t cell, const struct result *result,
                      const char *chain, char ret_digest[DIGEST_TEXT_SIZE], struct error **err)
{
    _cleanup_sql_borrowed_ sqlite3_stmt *row = NULL;
    int code = sql_borrow(store, &row, err,
                          "SELECT digest, digest = row_digest(" CELL_SEALED ") AND chain = ? "
                          "FROM cell WHERE cell = ?",
                          "ti", chain, cell);

    if (code == 0)
        code = sql_step(store, row, err);
    if (code < 0)
        return code;
    if (code == 0 || sqlite3_column_int(row, 1) != 1)
        return seal_index_damaged(store, result->run_id, "a cell or its attempts", err);
    sql_digest(row, 0, ret_digest);
    return 0;
}

static int update_cell(struct store *store, int64_t run, int64_t cell, const struct result *result,
                       const char *blobs, struct error **err)
{
    char digest[DIGEST_TEXT_SIZE], before[DIGEST_TEXT_SIZE], chain[DIGEST_TEXT_SIZE];
    int64_t latest = 0;
    int code = measure_cell(store, cell, result->attempt, before, chain, &latest, err);

    if (code == 0)
        code = check_cell(store, cell, result, before, digest, err);
    if (code == 0)
        code = sql_run(store, err,
                       "UPDATE cell SET evidence_least = CASE attempts WHEN 0 THEN ?1 ELSE "
                       "min(evidence_least, ?1) END, attempts = attempts + 1, chain = ?2, "
                       "blobs = sum_add(blobs, ?3) WHERE cell = ?4",
                       "itti", (int64_t)result->evidence.count, chain, blobs, cell);
    if (code == 0 && latest == (int64_t)result->attempt)
        code = put_summary(store, cell, result, err);
    if (code == 0)
        code = sql_run(store, err,
                       "UPDATE cell SET digest = row_digest(" CELL_SEALED ") WHERE cell = ?", "i",
                       cell);
    if (code == 0)
        code = sql_run(store, err, "DELETE FROM verdict WHERE cell = ?", "i", cell);
    return code < 0
               ? code
               : sql_run(store, err,
                         "UPDATE run_index SET cells = sum_add(sum_sub(cells, ?1), (SELECT digest "
                         "FROM cell WHERE cell = ?2)) WHERE run = ?3",
                         "tii", digest, cell, run);
}

static int find_cell(struct store *store, int64_t run, const struct result *result,
                     int64_t *ret_cell, struct error **err)
{
    int code;

    *ret_cell = 0;
    if (result->kind != JOB_CELL)
        return 0;
    code = sql_integer(store, ret_cell, NULL,
                       "SELECT cell FROM cell WHERE run = ? AND image = ? AND platform = ? AND "
                       "suite = ?",
                       "ittt", run, result->image, result->platform, result->suite);
    return code == -ENODATA ? error_set(err, -EBADMSG, "job '%s' is of no cell of run '%s'",
                                        result->job_id, result->run_id)
                            : code;
}

static int check_sums(struct store *store, int64_t run, const struct result *result,
                      struct error **err)
{
    int64_t whole = 0;
    int code = sql_integer(store, &whole, NULL,
                           "SELECT digest = row_digest(" RUN_INDEX_SEALED ") FROM run_index "
                           "WHERE run = ?",
                           "i", run);

    return code == 0 && whole == 1 ? 0 : seal_index_damaged(store, result->run_id, "its sums", err);
}

int index_add_attempt(struct store *store, int64_t run, const struct result *result,
                      const char *sha256, struct error **err)
{
    char blobs[DIGEST_TEXT_SIZE];
    int64_t cell = 0;
    int code = check_sums(store, run, result, err);

    if (code == 0)
        code = find_cell(store, run, result, &cell, err);
    if (code == 0)
        code = index_add_rows(store, run, cell, result, sha256, blobs, err);
    if (code == 0 && cell > 0)
        code = update_cell(store, run, cell, result, blobs, err);
    return code == 0 ? seal_index(store, run, err) : code;
}
