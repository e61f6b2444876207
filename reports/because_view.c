/* SPDX-License-Identifier: Apache-2.0 */
/* Why a cell has its verdict, and what would make it better. */
#include "reports/because_view.h"

#include "base/cleanup.h"
#include "base/json.h"
#include "base/translate.h"
#include "judge/better.h"
#include "judge/explain.h"
#include "model/said.h"
#include "reports/matrix_view.h"

enum { LINE_BYTES = 1000 };

static void ask(const struct matrix_cell *cell, struct strv *because, struct better *better)
{
    const struct result *const *attempts = (const struct result *const *)cell->attempts.items;

    judge_explain(&cell->cell, attempts, cell->attempts.count, &cell->judgement, because);
    judge_better(&cell->cell, attempts, cell->attempts.count, &cell->judgement, better);
}

static void add_line(const char *before, const char *text, struct buffer *out)
{
    _cleanup_free_ char *said = said_here(text);

    buffer_text(out, before);
    matrix_view_line(said, LINE_BYTES, out);
    buffer_text(out, "\n");
}

void because_view_text(const struct matrix_cell *cell, struct buffer *out)
{
    _cleanup_(better_done) struct better better = {.exists = false};
    _cleanup_strv_ struct strv because = {0};

    ask(cell, &because, &better);
    buffer_text(out, _("\nverdict because\n"));
    vec_foreach (fact, &because)
        add_line("  ", *fact, out);
    if (!better.exists)
        return;
    buffer_text(out, _("\nbetter if\n"));
    add_line("  ", better.text, out);
    if (better.remains != NULL)
        add_line(_("  What remains: "), better.remains, out);
}

static void set(json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, value) < 0)
        text_out_of_memory();
}

static json_t *better_json(const struct better *better)
{
    json_t *object, *changes;

    if (!better->exists)
        return json_null();
    object = json_object();
    changes = json_array();
    vec_foreach (row, &better->changes.rows) {
        json_t *change = json_object();

        set(change, "change", json_from_text(change_kind_name(row->kind)));
        if (row->case_id != NULL)
            set(change, "case", json_from_text(row->case_id));
        json_array_append_new(changes, change);
    }
    set(object, "would_be", json_from_text(verdict_name(better->verdict)));
    set(object, "text", json_from_text(better->text));
    set(object, "changes", changes);
    set(object, "remains", json_from_text(better->remains));
    return object;
}

void because_view_json(const struct matrix_cell *cell, json_t *to)
{
    _cleanup_(better_done) struct better better = {.exists = false};
    _cleanup_strv_ struct strv because = {0};
    json_t *facts = json_array();

    ask(cell, &because, &better);
    vec_foreach (fact, &because)
        json_array_append_new(facts, json_from_text(*fact));
    set(to, "because", facts);
    set(to, "better", better_json(&better));
}
