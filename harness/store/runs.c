/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the list of runs, and stores their counts. */
#include "store/runs.h"

#include <errno.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/json.h"
#include "base/path.h"
#include "store/seal.h"
#include "store/sql.h"
#include "store/store.h"

enum { IMPORTED_BYTES = 64 << 10 };

void listed_runs_done(struct listed_runs *runs)
{
    vec_foreach (run, runs) {
        free(run->id);
        free(run->label);
        free(run->build);
        free(run->imported_from);
        free(run->damage);
        strv_done(&run->images);
    }
    vec_done(runs);
}

enum {
    RUN_ROW,
    RUN_ID,
    RUN_CREATED,
    RUN_END,
    RUN_STATE,
    RUN_LABEL,
    RUN_BUILD,
    RUN_ASIDE,
    RUN_INDEX,
    RUN_IS_SOUND,
    COUNT_IS_CURRENT,
    COUNT_COMPATIBLE,
    COUNT_CONDITIONAL,
    COUNT_INCOMPATIBLE,
    COUNT_NOT_ASSESSED,
    COUNT_PARTIAL,
    COUNT_EMULATED,
};

static const char select_runs[] =
    "SELECT r.run, r.id, r.created_ms, r.ended_ms, r.state, i.label, i.build, i.aside, i.digest, "
    "" RUN_ROWS_SOUND ", c.rules = ? AND c.judged = i.digest AND "
    "c.digest = (SELECT row_digest(" RUN_COUNT_SEALED ") FROM run_count WHERE run = r.run), "
    "c.compatible, c.conditional, c.incompatible, c.not_assessed, c.partial, c.emulated "
    "FROM run r LEFT JOIN run_index i USING (run) LEFT JOIN run_count c USING (run) "
    "ORDER BY r.created_ms DESC, r.id DESC";

static unsigned count(sqlite3_stmt *row, int column)
{
    return (unsigned)sqlite3_column_int64(row, column);
}

static void read_counts(sqlite3_stmt *row, struct listed_run *to)
{
    to->counted = sqlite3_column_int(row, COUNT_IS_CURRENT) == 1;
    if (!to->counted)
        return;
    to->counts.verdicts[VERDICT_COMPATIBLE] = count(row, COUNT_COMPATIBLE);
    to->counts.verdicts[VERDICT_CONDITIONAL] = count(row, COUNT_CONDITIONAL);
    to->counts.verdicts[VERDICT_INCOMPATIBLE] = count(row, COUNT_INCOMPATIBLE);
    to->counts.verdicts[VERDICT_NOT_ASSESSED] = count(row, COUNT_NOT_ASSESSED);
    to->counts.partial = count(row, COUNT_PARTIAL);
    to->counts.emulated = count(row, COUNT_EMULATED);
}

static int read_images(struct store *store, sqlite3_stmt *images, int64_t run,
                       struct listed_run *to, struct error **err)
{
    int code;

    sqlite3_bind_int64(images, 1, run);
    while ((code = sql_step(store, images, err)) > 0)
        strv_take(&to->images, sql_text(images, 0));
    sqlite3_reset(images);
    return code;
}

/* A note, not a record: one that cannot be read is none. */
static char *read_host(struct store *store, const char *run_id)
{
    _cleanup_free_ char *path = text_format("%s/runs/%s/" RUN_IMPORTED, store->home, run_id);
    _cleanup_json_ json_t *json = NULL;
    const char *host;

    if (!path_exists(path) || json_read_file(path, IMPORTED_BYTES, &json, NULL) < 0)
        return NULL;
    host = json_string_value(json_object_get(json, "host"));
    return text_dup(host != NULL ? host : "?");
}

static int read_run(struct store *store, sqlite3_stmt *row, sqlite3_stmt *images,
                    struct listed_run *to, struct error **err)
{
    _cleanup_error_ struct error *damage = NULL;

    to->id = sql_text(row, RUN_ID);
    to->created_ms = sqlite3_column_int64(row, RUN_CREATED);
    to->ended_ms = sqlite3_column_int64(row, RUN_END);
    to->label = sql_text(row, RUN_LABEL);
    to->build = sql_text(row, RUN_BUILD);
    to->aside = sqlite3_column_int(row, RUN_ASIDE) == 1;
    to->imported_from = read_host(store, to->id);
    sql_digest(row, RUN_INDEX, to->index);
    if (!run_state_parse((const char *)sqlite3_column_text(row, RUN_STATE), &to->state) ||
        sqlite3_column_int(row, RUN_IS_SOUND) != 1) {
        seal_index_damaged(store, to->id, "its row", &damage);
        to->damage = text_dup(error_message(damage));
    }
    read_counts(row, to);
    return read_images(store, images, sqlite3_column_int64(row, RUN_ROW), to, err);
}

int store_read_runs(struct store *store, unsigned rules, struct listed_runs *ret_runs,
                    struct error **err)
{
    _cleanup_(listed_runs_done) struct listed_runs runs = {0};
    _cleanup_sql_ sqlite3_stmt *row = NULL, *images = NULL;
    int code = sql_prepare(store, &row, err, select_runs, "i", (int64_t)rules);

    if (code == 0)
        code = sql_prepare(store, &images, err,
                           "SELECT DISTINCT image FROM cell WHERE run = ? ORDER BY image", "");
    while (code == 0 && (code = sql_step(store, row, err)) > 0)
        code = read_run(store, row, images, vec_add(&runs), err);
    if (code < 0)
        return code;
    *ret_runs = runs;
    runs = (struct listed_runs){0};
    return 0;
}

static int put(struct store *store, const struct listed_run *run, unsigned rules,
               struct error **err)
{
    const unsigned *verdicts = run->counts.verdicts;

    /* Nothing is stored if the run has received another attempt meanwhile. */
    return sql_run(store, err,
                   "INSERT OR REPLACE INTO run_count (" RUN_COUNT_SEALED ", digest) "
                   "SELECT run, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, "
                   "row_digest(run, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) "
                   "FROM run JOIN run_index USING (run) WHERE id = ?9 AND run_index.digest = ?1",
                   "tiiiiiiit", run->index, (int64_t)rules, (int64_t)verdicts[VERDICT_COMPATIBLE],
                   (int64_t)verdicts[VERDICT_CONDITIONAL], (int64_t)verdicts[VERDICT_INCOMPATIBLE],
                   (int64_t)verdicts[VERDICT_NOT_ASSESSED], (int64_t)run->counts.partial,
                   (int64_t)run->counts.emulated, run->id);
}

int store_put_counts(struct store *store, const struct listed_run *run, unsigned rules,
                     struct error **err)
{
    int code = sql_begin(store, err);

    return code == 0 ? sql_end(store, put(store, run, rules, err), err) : code;
}
