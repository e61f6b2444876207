/* SPDX-License-Identifier: Apache-2.0 */
/* Reads what is displayed of a run's cells from the index alone: summaries, verdicts, names. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "store/cell_rows.h"
#include "store/indexed_row.h"
#include "store/plan_record.h"
#include "store/run_row.h"
#include "store/seal.h"
#include "store/sql.h"
#include "store/store.h"

/* Reads each cell with its verdict; the statement for verdicts is bound again for each. */
static int read_rows(struct cell_rows *rows, unsigned repeat, unsigned rules, sqlite3_stmt *verdict,
                     struct indexed_cells *cells, struct error **err)
{
    int code;

    while ((code = cell_rows_next(rows, err)) > 0) {
        code = indexed_row_read(rows->store, rows->run_id, repeat, rules, rows->row, verdict,
                                vec_add(cells), err);
        if (code < 0)
            return code;
    }
    return code;
}

int store_read_index(struct store *store, const char *run_id, unsigned rules,
                     struct indexed_cells *ret_cells, struct error **err)
{
    _cleanup_(indexed_cells_done) struct indexed_cells cells = {0};
    _cleanup_(cell_rows_done) struct cell_rows rows = {0};
    _cleanup_sql_ sqlite3_stmt *verdict = NULL;
    const struct plan_record *plan = NULL;
    int64_t run = 0;
    int code = run_row_find(store, run_id, &run, err);

    if (code == 0)
        code = cell_rows_begin(store, run, run_id,
                               "SELECT " CELL_SHOWN " FROM cell WHERE run = ? ORDER BY place",
                               &rows, err);
    if (code == 0)
        code = plan_record_of(store, run, &plan, err);
    if (code == 0)
        code = indexed_row_prepare(store, &verdict, err);
    if (code == 0)
        code = read_rows(&rows, plan->run.plan.repeat, rules, verdict, &cells, err);
    if (code < 0)
        return code;
    *ret_cells = cells;
    cells = (struct indexed_cells){0};
    return 0;
}

int store_read_names(struct store *store, const char *run_id, struct cell_records *ret_cells,
                     struct error **err)
{
    _cleanup_(cell_records_done) struct cell_records cells = {0};
    _cleanup_(cell_rows_done) struct cell_rows rows = {0};
    int64_t run = 0;
    int code = run_row_find(store, run_id, &run, err);

    if (code == 0)
        code = cell_rows_begin(store, run, run_id,
                               "SELECT " CELL_NAMES " FROM cell WHERE run = ? ORDER BY place",
                               &rows, err);
    while (code == 0 && (code = cell_rows_next(&rows, err)) > 0)
        code = cell_row_names(store, run_id, rows.row, vec_add(&cells.rows), err);
    if (code < 0)
        return code;
    *ret_cells = cells;
    cells = (struct cell_records){0};
    return 0;
}
