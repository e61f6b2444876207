/* SPDX-License-Identifier: Apache-2.0 */
/* Finds a run by what the user calls it. */
#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "store/seal.h"
#include "store/sql.h"
#include "store/store.h"

enum { CANDIDATES = 5 };

int store_list_runs(struct store *store, struct strv *ret_ids, struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *statement = NULL;
    int code = sql_prepare(store, &statement, err,
                           "SELECT id FROM run ORDER BY created_ms DESC, id DESC", "");

    while (code == 0) {
        code = sql_step(store, statement, err);
        if (code <= 0)
            return code;
        strv_take(ret_ids, sql_text(statement, 0));
        code = 0;
    }
    return code;
}

/* "a, b and more" from the first few. */
static char *candidates(const struct strv *ids)
{
    struct buffer text = {0};

    for (size_t i = 0; i < ids->count && i < CANDIDATES; i++)
        buffer_format(&text, "%s'%s'", i > 0 ? ", " : "", ids->items[i]);
    if (ids->count > CANDIDATES)
        buffer_format(&text, " and %zu more", ids->count - CANDIDATES);
    return buffer_steal(&text);
}

static int no_runs(struct store *store, struct error **err)
{
    return store_count_unknown_runs(store) > 0
               ? store_unknown_runs(store, err)
               : error_set(err, -ENODATA,
                           "store '%s' contains no runs yet: start one with 'touchstone run'",
                           store->path);
}

/* The newest run that has ended; a report of another system only if nothing was measured here. One
 * that is newer, but is still running or was interrupted, would
 * give cells without a result. */
static int find_latest(struct store *store, const char *newest, char **ret_run_id,
                       struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *row = NULL;
    int code = sql_prepare(store, &row, err,
                           "SELECT r.id FROM run r JOIN run_index i USING (run) "
                           "WHERE r.state = ? AND i.aside = 0 "
                           "ORDER BY r.id GLOB '" RUN_REPORTED "*', r.created_ms DESC, r.id DESC",
                           "t", run_state_name(RUN_ENDED));

    if (code == 0)
        code = sql_step(store, row, err);
    if (code < 0)
        return code;
    if (code == 0)
        return error_set(err, -ENODATA,
                         "no run has ended yet: run '%s' is running, was interrupted or "
                         "was made aside; name it or 'newest' instead of 'latest', or continue it "
                         "with 'touchstone resume'",
                         newest);
    *ret_run_id = sql_text(row, 0);
    return 0;
}

/* Which run is the newest is said by their rows: one that was edited could put another in its
 * place. */
static int check_rows(struct store *store, struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *row = NULL;
    int code = sql_prepare(store, &row, err,
                           "SELECT r.id FROM run r LEFT JOIN run_index i USING (run) "
                           "WHERE (" RUN_ROWS_SOUND ") IS NOT 1",
                           "");

    if (code == 0)
        code = sql_step(store, row, err);
    return code > 0 ? seal_run_damaged(store, (const char *)sqlite3_column_text(row, 0),
                                       "the seal of its row does not match", err)
                    : code;
}

int store_find_run(struct store *store, const char *text, char **ret_run_id, struct error **err)
{
    _cleanup_strv_ struct strv ids = {0}, found = {0};
    _cleanup_free_ char *shown = NULL;
    int64_t one = 0;
    int code;

    /* A full ID does not require other runs to be readable. */
    if (sql_integer(store, &one, NULL, "SELECT 1 FROM run WHERE id = ?", "t", text) == 0) {
        *ret_run_id = text_dup(text);
        return 0;
    }
    code = store_list_runs(store, &ids, err);
    if (code < 0)
        return code;
    if (ids.count == 0)
        return no_runs(store, err);
    if (strcmp(text, "newest") == 0 || strcmp(text, "latest") == 0)
        code = check_rows(store, err);
    if (code == 0 && (strcmp(text, "newest") == 0 || strcmp(text, "latest") == 0))
        code = seal_check_orphans(store, err);
    if (code < 0)
        return code;
    if (strcmp(text, "newest") == 0) {
        *ret_run_id = text_dup(ids.items[0]);
        return 0;
    }
    if (strcmp(text, "latest") == 0)
        return find_latest(store, ids.items[0], ret_run_id, err);
    for (size_t i = 0; i < ids.count; i++)
        if (*text != '\0' && text_starts(ids.items[i], text))
            strv_add(&found, ids.items[i]);
    if (found.count == 1) {
        *ret_run_id = text_dup(found.items[0]);
        return 0;
    }
    shown = candidates(found.count > 0 ? &found : &ids);
    return found.count > 0
               ? error_set(err, -EINVAL, "run '%s' is ambiguous: %s; give more of its id", text,
                           shown)
               : error_set(err, -ENOENT, "no run '%s': the latest are %s", text, shown);
}
