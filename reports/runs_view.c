/* SPDX-License-Identifier: Apache-2.0 */
/* The list of runs: one line for each. */
#include "reports/runs_view.h"

#include "base/cleanup.h"
#include "base/json_write.h"
#include "base/translate.h"
#include "reports/matrix_view.h"
#include "reports/selection_view.h"

/* Most serious first, as in the other reports. */
static const enum verdict order[VERDICT_COUNT] = {VERDICT_INCOMPATIBLE, VERDICT_NOT_ASSESSED,
                                                  VERDICT_CONDITIONAL, VERDICT_COMPATIBLE};

static unsigned cells_of(const struct run_counts *counts)
{
    unsigned cells = 0;

    for (int i = 0; i < VERDICT_COUNT; i++)
        cells += counts->verdicts[i];
    return cells;
}

static void add_headings(struct table *table)
{
    static const char *const names[] = {"RUN",   "STARTED", "STATE", "LABEL",
                                        "BUILD", "IMAGES",  "CELLS"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        table_add(table, names[i], TABLE_PLAIN);
    for (int i = 0; i < VERDICT_COUNT; i++)
        table_add(table, verdict_name(order[i]), TABLE_PLAIN);
    table_add(table, _("partial"), TABLE_PLAIN);
    table->columns = table->cells.count;
}

static void add_counts(const struct listed_run *run, struct table *table)
{
    if (!run->counted) {
        for (int i = 0; i < VERDICT_COUNT + 2; i++)
            table_add(table, "?", TABLE_RED);
        return;
    }
    table_format(table, TABLE_PLAIN, "%u", cells_of(&run->counts));
    for (int i = 0; i < VERDICT_COUNT; i++) {
        unsigned count = run->counts.verdicts[order[i]];

        table_format(table, count > 0 ? matrix_view_colour(order[i]) : TABLE_DIM, "%u", count);
    }
    table_format(table, run->counts.partial > 0 ? TABLE_YELLOW : TABLE_DIM, "%u",
                 run->counts.partial);
}

static void add_run(const struct listed_run *run, struct table *table)
{
    _cleanup_buffer_ struct buffer started = {0};
    _cleanup_free_ char *images = strv_join(&run->images, " ");

    matrix_view_time(run->created_ms, &started);
    table_add(table, run->id, TABLE_PLAIN);
    table_add(table, started.data, TABLE_PLAIN);
    table_format(table,
                 run->damage != NULL       ? TABLE_RED
                 : run->state != RUN_ENDED ? TABLE_YELLOW
                                           : TABLE_PLAIN,
                 "%s%s%s", run->damage != NULL ? _("damaged") : run_state_name(run->state),
                 run->aside ? _(", aside") : "", run->imported_from != NULL ? _(", imported") : "");
    table_add(table, run->label != NULL ? run->label : "-", TABLE_PLAIN);
    table_add(table, run->build != NULL ? run->build : "-", TABLE_PLAIN);
    table_add(table, images, TABLE_PLAIN);
    add_counts(run, table);
}

void runs_view_text(const struct listed_runs *runs, const struct selection *selection, bool colour,
                    struct buffer *out)
{
    struct table table = {0};
    bool unended = false;

    selection_view_text(selection, "run", "runs", colour, out);
    add_headings(&table);
    vec_foreach (run, runs) {
        if (!selection_shows(selection, (size_t)(run - runs->items)))
            continue;
        add_run(run, &table);
        unended |= run->state != RUN_ENDED;
    }
    table_print(&table, "", colour, out);
    table_done(&table);
    buffer_text(out, _("\n'touchstone matrix RUN' shows the cells of a run"));
    if (unended)
        buffer_text(out, _(", 'touchstone resume RUN' continues one that has not ended"));
    buffer_text(out, "\n");
}

static void write_counts(const struct listed_run *run, struct json_writer *to)
{
    if (!run->counted) {
        json_write_null(to, "cells");
        return;
    }
    json_write_object(to, "cells");
    json_write_integer(to, "total", cells_of(&run->counts));
    for (int i = 0; i < VERDICT_COUNT; i++)
        json_write_integer(to, verdict_name(order[i]), run->counts.verdicts[order[i]]);
    json_write_integer(to, "partial", run->counts.partial);
    json_write_integer(to, "emulated", run->counts.emulated);
    json_write_end(to);
}

static void write_run(const struct listed_run *run, struct json_writer *to)
{
    json_write_object(to, NULL);
    json_write_text(to, "run", run->id);
    json_write_text(to, "label", run->label);
    json_write_text(to, "build", run->build);
    matrix_view_write_time(to, "created", run->created_ms);
    matrix_view_write_time(to, "ended", run->ended_ms);
    json_write_text(to, "state", run_state_name(run->state));
    json_write_bool(to, "aside", run->aside);
    json_write_text(to, "imported_from", run->imported_from);
    json_write_array(to, "images");
    for (size_t i = 0; i < run->images.count; i++)
        json_write_text(to, NULL, run->images.items[i]);
    json_write_end(to);
    write_counts(run, to);
    json_write_text(to, "damage", run->damage);
    json_write_end(to);
}

void runs_view_write_json(const struct listed_runs *runs, const struct selection *selection,
                          struct json_writer *to)
{
    json_write_object(to, NULL);
    json_write_format(to, "touchstone-runs", 1);
    selection_view_write_json(selection, to);
    json_write_array(to, "runs");
    vec_foreach (run, runs)
        if (selection_shows(selection, (size_t)(run - runs->items)))
            write_run(run, to);
    json_write_end(to);
    json_write_end(to);
}
