/* SPDX-License-Identifier: Apache-2.0 */
/* Remembering a planned run, its end, and how its cells were judged. */
#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "model/suite.h"
#include "store/plan_json.h"
#include "store/sql.h"
#include "store/store.h"

static int add_facts(struct store *store, const struct run_record *run, int64_t row,
                     struct error **err)
{
    int64_t place = 0;

    vec_foreach (fact, &run->host) {
        int code = sql_run(store, err, "INSERT INTO host_fact VALUES (?, ?, ?, ?)", "iitt", row,
                           place++, fact->key, fact->value);

        if (code < 0)
            return code;
    }
    place = 0;
    vec_foreach (input, &run->inputs) {
        int code = sql_run(store, err, "INSERT INTO input VALUES (?, ?, ?, ?, ?, ?)", "iitttt", row,
                           place++, input->kind, input->name, input->sha256, input->path);

        if (code < 0)
            return code;
    }
    return 0;
}

static int add_cells(struct store *store, const struct run_record *run, int64_t row,
                     struct error **err)
{
    int64_t place = 0;

    vec_foreach (cell, &run->plan.cells) {
        int code = sql_run(store, err,
                           "INSERT INTO cell (run, place, image, platform, suite, refused) "
                           "VALUES (?, ?, ?, ?, ?, ?)",
                           "iitttt", row, place++, cell->image, cell->platform, cell->suite,
                           cell->refused);

        if (code < 0)
            return code;
    }
    return 0;
}

static int add_suite(struct store *store, const struct run_record *run, const struct suite *suite,
                     int64_t row, struct error **err)
{
    const struct strv *items = &run->plan.items;
    int64_t place = 0;

    vec_foreach (from, &suite->cases) {
        bool planned = items->count == 0 || strv_has(items, item_name(from->item));
        int code = sql_run(store, err, "INSERT INTO planned_case VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                           "itittiii", row, suite->name, place++, from->id, item_name(from->item),
                           (int64_t)from->required, (int64_t)from->native_only, (int64_t)planned);

        if (code < 0)
            return code;
    }
    return 0;
}

static int add_rows(struct store *store, const struct run_record *run,
                    const struct suite *const *suites, size_t suite_count, struct error **err)
{
    _cleanup_free_ char *plan = plan_to_text(&run->plan);
    int64_t row = 0;
    int code = sql_integer(store, &row, NULL, "SELECT run FROM run WHERE id = ?", "t", run->id);

    if (code == 0)
        return error_set(err, -EEXIST, "run '%s' is in the store already: take another id",
                         run->id);
    code = sql_run(store, err, "INSERT INTO run (id, created_ms, state, plan) VALUES (?, ?, ?, ?)",
                   "titt", run->id, run->created_ms, run_state_name(run->state), plan);
    row = sqlite3_last_insert_rowid(store->db);
    if (code == 0)
        code = add_facts(store, run, row, err);
    if (code == 0)
        code = add_cells(store, run, row, err);
    for (size_t i = 0; code == 0 && i < suite_count; i++)
        code = add_suite(store, run, suites[i], row, err);
    return code;
}

/* The plan's suites by name, each once: a cell without planned cases would have nothing to show. */
static int check_suites(const struct run_record *run, const struct suite *const *suites,
                        size_t suite_count, struct error **err)
{
    vec_foreach (cell, &run->plan.cells) {
        bool known = false;

        for (size_t i = 0; i < suite_count; i++)
            known = known || strcmp(suites[i]->name, cell->suite) == 0;
        if (!known)
            return error_set(err, -EINVAL,
                             "run '%s': cell '%s/%s/%s' names a suite that is not given", run->id,
                             cell->image, cell->platform, cell->suite);
    }
    return 0;
}

int store_add_run(struct store *store, const struct run_record *run,
                  const struct suite *const *suites, size_t suite_count, struct error **err)
{
    int code;

    if (!text_is_name(run->id) || strcmp(run->id, "latest") == 0)
        return error_set(err, -EINVAL, "run id '%s' is not a name that a run can have", run->id);
    code = check_suites(run, suites, suite_count, err);
    if (code == 0)
        code = sql_begin(store, err);
    if (code < 0)
        return code;
    return sql_end(store, add_rows(store, run, suites, suite_count, err), err);
}

int store_end_run(struct store *store, const char *run_id, enum run_state state, int64_t ended_ms,
                  struct error **err)
{
    int code = sql_run(store, err, "UPDATE run SET state = ?, ended_ms = ? WHERE id = ?", "tit",
                       run_state_name(state), ended_ms, run_id);

    if (code == 0 && sqlite3_changes(store->db) == 0)
        code = error_set(err, -ENOENT, "there is no run '%s'", run_id);
    return code;
}

int store_put_verdicts(struct store *store, const char *run_id, const struct cell_verdict *rows,
                       size_t count, struct error **err)
{
    int code = sql_begin(store, err);

    if (code < 0)
        return code;
    for (size_t i = 0; code == 0 && i < count; i++) {
        const struct cell_record *cell = rows[i].cell;
        size_t attempts = cell->attempts.count;

        code = sql_run(store, err,
                       "INSERT OR REPLACE INTO verdict "
                       "SELECT cell.cell, ?, ?, ?, ?, ? FROM cell JOIN run USING (run) "
                       "WHERE run.id = ? AND image = ? AND platform = ? AND suite = ?",
                       "ititi"
                       "tttt",
                       (int64_t)(attempts > 0 ? cell->attempts.items[attempts - 1] : 0),
                       verdict_name(rows[i].verdict), (int64_t)rows[i].rule, rows[i].reason,
                       clock_wall_ms(), run_id, cell->image, cell->platform, cell->suite);
    }
    return sql_end(store, code, err);
}
