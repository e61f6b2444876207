/* SPDX-License-Identifier: Apache-2.0 */
/* The cells of a run, row by row. */
#include "store/cell_rows.h"

#include "base/error.h"
#include "model/record.h"

void cell_rows_done(struct cell_rows *rows)
{
    sqlite3_finalize(rows->row);
}

int cell_rows_begin(struct store *store, int64_t run, const char *run_id, const char *select,
                    struct cell_rows *ret_rows, struct error **err)
{
    int code = seal_check_index(store, run, run_id, &ret_rows->sums, err);

    ret_rows->store = store;
    ret_rows->run_id = run_id;
    return code == 0 ? sql_prepare(store, &ret_rows->row, err, select, "i", run) : code;
}

int cell_rows_next(struct cell_rows *rows, struct error **err)
{
    int code = sql_step(rows->store, rows->row, err);

    if (code > 0)
        seal_sum(rows->sum, (const char *)sqlite3_column_text(rows->row, CELL_DIGEST));
    return code == 0 && !seal_same_sum(rows->sum, rows->sums.cells)
               ? seal_index_damaged(rows->store, rows->run_id, "its cells", err)
               : code;
}

int cell_row_names(struct store *store, const char *run_id, sqlite3_stmt *row,
                   struct cell_record *to, struct error **err)
{
    to->image = sql_text(row, CELL_IMAGE);
    to->platform = sql_text(row, CELL_PLATFORM);
    to->suite = sql_text(row, CELL_SUITE);
    sql_digest(row, CELL_DIGEST, to->digest);
    return to->image != NULL && to->platform != NULL && to->suite != NULL
               ? 0
               : seal_index_damaged(store, run_id, "a cell", err);
}

int cell_row_self(struct store *store, const char *run_id, sqlite3_stmt *row, unsigned repeat,
                  struct cell_record *to, struct error **err)
{
    to->repeat = repeat;
    to->refused = sql_text(row, CELL_REFUSED);
    to->job_id = sql_text(row, CELL_JOB);
    return sqlite3_column_int(row, CELL_IS_SOUND) == 1
               ? cell_row_names(store, run_id, row, to, err)
               : seal_index_damaged(store, run_id, "a cell", err);
}
