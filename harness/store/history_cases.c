/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the outcomes of all cases of a cell in all runs. */
#include "store/history_cases.h"

#include <string.h>

#include "base/error.h"
#include "store/sql.h"

/* Bound: the cell. cut: the host or the harness cut the attempt short before any case had failed,
 * as result_is_lost says of a result. */
static const char select_outcomes[] =
    "SELECT c.id, c.status, c.blame, c.signature, a.number, "
    "a.outcome = 'MISS' AND a.blame IN ('host', 'harness') AND NOT EXISTS "
    "(SELECT 1 FROM case_result f WHERE f.attempt = a.attempt AND f.status IN ('FAIL', 'ERROR')) "
    "FROM attempt a JOIN case_result c USING (attempt) "
    "WHERE a.cell = ?1 ORDER BY a.number, c.place";

void history_cases_done(struct history_cases *cases)
{
    strv_done(&cases->names);
    vec_done(&cases->outcomes);
}

/* Attempts list their cases in the same order, so that the name is usually at `guess`. */
static size_t place_of(struct history_cases *cases, const char *id, size_t guess)
{
    if (guess < cases->names.count && strcmp(cases->names.items[guess], id) == 0)
        return guess;
    for (size_t i = 0; i < cases->names.count; i++)
        if (strcmp(cases->names.items[i], id) == 0)
            return i;
    strv_add(&cases->names, id);
    return cases->names.count - 1;
}

static size_t add_outcome(struct history_cases *cases, sqlite3_stmt *row, size_t run, size_t guess)
{
    const char *id = (const char *)sqlite3_column_text(row, 0);
    const char *signature = (const char *)sqlite3_column_text(row, 3);
    size_t name = place_of(cases, id != NULL ? id : "", guess);
    struct history_outcome *to = vec_add(&cases->outcomes);

    to->run = run;
    to->name = name;
    to->attempt = (unsigned)sqlite3_column_int64(row, 4);
    to->status = STATUS_MISS;
    to->blame = BLAME_NONE;
    status_parse((const char *)sqlite3_column_text(row, 1), &to->status);
    blame_parse((const char *)sqlite3_column_text(row, 2), &to->blame);
    snprintf(to->signature, sizeof(to->signature), "%s", signature != NULL ? signature : "");
    to->cut = sqlite3_column_int(row, 5) != 0;
    return name + 1;
}

int store_read_history_cases(struct store *store, const struct history_rows *rows,
                             struct history_cases *ret_cases, struct error **err)
{
    _cleanup_(history_cases_done) struct history_cases cases = {.names = {0}};
    _cleanup_sql_ sqlite3_stmt *row = NULL;
    int code = sql_prepare(store, &row, err, select_outcomes, "");

    for (size_t run = 0; code == 0 && run < rows->count; run++) {
        size_t guess = 0;

        sqlite3_bind_int64(row, 1, rows->items[run].cell_row);
        while ((code = sql_step(store, row, err)) > 0)
            guess = add_outcome(&cases, row, run, guess);
        sqlite3_reset(row);
    }
    if (code < 0)
        return code;
    *ret_cases = cases;
    cases = (struct history_cases){.names = {0}};
    return 0;
}
