/* SPDX-License-Identifier: Apache-2.0 */
/* Lists the cells of all runs that have ended. */
#include "store/ended_cells.h"

#include <stdlib.h>

#include "model/record.h"
#include "store/seal.h"
#include "store/sql.h"
#include "store/store.h"

void ended_cells_done(struct ended_cells *cells)
{
    vec_foreach (run, &cells->runs) {
        free(run->id);
        free(run->label);
        free(run->build);
    }
    vec_done(&cells->runs);
    vec_foreach (cell, &cells->cells) {
        free(cell->image);
        free(cell->platform);
        free(cell->suite);
    }
    vec_done(&cells->cells);
}

/* sum: over the digests of the run's cells, so that none is missing. */
static int read_cells(struct store *store, sqlite3_stmt *names, int64_t run, const char *sum,
                      struct ended_cells *to, struct error **err)
{
    char measured[DIGEST_TEXT_SIZE] = "";
    size_t before = to->cells.count;
    int code;

    sqlite3_bind_int64(names, 1, run);
    while ((code = sql_step(store, names, err)) > 0) {
        struct ended_cell *cell = vec_add(&to->cells);

        cell->image = sql_text(names, 0);
        cell->platform = sql_text(names, 1);
        cell->suite = sql_text(names, 2);
        cell->run = to->runs.count - 1;
        cell->place = to->cells.count - 1 - before;
        seal_sum(measured, (const char *)sqlite3_column_text(names, 3));
    }
    sqlite3_reset(names);
    return code == 0 && !seal_same_sum(measured, sum)
               ? seal_index_damaged(store, to->runs.items[to->runs.count - 1].id, "its cells", err)
               : code;
}

/* A run that has not ended, or does not count, is only verified: one that was edited could hide its
 * results. */
static int read_run(struct store *store, sqlite3_stmt *row, sqlite3_stmt *names,
                    struct ended_cells *to, struct error **err)
{
    char sum[DIGEST_TEXT_SIZE];
    struct ended_run *run;

    if (sqlite3_column_int(row, 5) != 1)
        return seal_index_damaged(store, (const char *)sqlite3_column_text(row, 1), "its row", err);
    if (sqlite3_column_int(row, 7) != 1)
        return 0;
    run = vec_add(&to->runs);
    run->id = sql_text(row, 1);
    run->created_ms = sqlite3_column_int64(row, 2);
    run->label = sql_text(row, 3);
    run->build = sql_text(row, 4);
    sql_digest(row, 6, sum);
    run->ended_ms = sqlite3_column_int64(row, 8);
    return read_cells(store, names, sqlite3_column_int64(row, 0), sum, to, err);
}

int store_read_ended_cells(struct store *store, struct ended_cells *ret_cells, struct error **err)
{
    _cleanup_(ended_cells_done) struct ended_cells cells = {.runs = {0}};
    _cleanup_sql_ sqlite3_stmt *row = NULL, *names = NULL;
    int code = sql_prepare(store, &row, err,
                           "SELECT r.run, r.id, r.created_ms, i.label, i.build, " RUN_ROWS_SOUND
                           ", i.cells, r.state = ? AND i.aside = 0, r.ended_ms FROM run r LEFT "
                           "JOIN run_index i USING (run) "
                           "ORDER BY r.created_ms DESC, r.id DESC",
                           "t", run_state_name(RUN_ENDED));

    if (code == 0)
        code = sql_prepare(
            store, &names, err,
            "SELECT image, platform, suite, digest FROM cell WHERE run = ? ORDER BY place", "");
    while (code == 0 && (code = sql_step(store, row, err)) > 0)
        code = read_run(store, row, names, &cells, err);
    if (code < 0)
        return code;
    *ret_cells = cells;
    cells = (struct ended_cells){.runs = {0}};
    return 0;
}
