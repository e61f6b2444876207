/* SPDX-License-Identifier: Apache-2.0 */
/* The run as JSON: the matrix as in `matrix --json`, each cell as in `show --json`, and comparisons
 * between cells. Documented in touchstone-report(1). */
#include "base/json.h"
#include "base/json_write.h"
#include "reports/cell_view.h"
#include "reports/difference.h"
#include "reports/format.h"
#include "reports/json_build.h"
#include "reports/matrix_view.h"
#include "reports/phrases.h"

static void set_text(json_t *object, const char *key, const char *text)
{
    json_put(object, key, json_from_text(text));
}

/* Each planned case with the status it counts as; the rows of the result are as recorded. */
static json_t *counted_of(const struct matrix_cell *cell)
{
    json_t *array = json_array();
    struct report_cases cases = {0};

    report_cases(cell, &cases);
    vec_foreach (one, &cases) {
        json_t *row = json_object();

        set_text(row, "id", one->id);
        set_text(row, "status", status_name(one->status));
        set_text(row, "recorded", one->row != NULL ? status_name(one->row->status) : NULL);
        set_text(row, "reason", one->reason);
        json_array_append_new(array, row);
    }
    vec_done(&cases);
    return array;
}

static void write_cells(const struct report *report, struct json_writer *to)
{
    json_write_array(to, "cells");
    vec_foreach (cell, &report->matrix.cells) {
        struct cell_view view = {.home = report->home, .run = &report->matrix.run, .cell = cell};
        _cleanup_json_ json_t *counted = NULL;

        if (!report_open(report, cell))
            continue;
        counted = counted_of(cell);
        json_write_object(to, NULL);
        cell_view_write_json(&view, to);
        json_write_value(to, "counted", counted);
        json_write_end(to);
        report_close(cell);
    }
    json_write_end(to);
}

static json_t *columns_of(const struct report *report, const struct report_columns *columns)
{
    json_t *array = json_array();

    vec_foreach (column, columns) {
        json_t *object = json_object(), *coverage = json_object();

        set_text(object, "platform", column->platform);
        set_text(object, "image", column->image);
        set_text(object, "title", report_platform_title(report, column->platform));
        set_text(object, "verdict", verdict_name(column->verdict));
        set_text(object, "grade", grade_name(column->grade));
        json_put(coverage, "judged", json_integer(column->judged));
        json_put(coverage, "total", json_integer(column->total));
        json_put(object, "coverage", coverage);
        json_put(object, "defined", json_integer(column->defined));
        json_put(object, "partial", json_integer(column->partial));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *row_of(const struct report_columns *columns, const struct difference *row)
{
    json_t *object = json_object(), *values = json_array();

    set_text(object, "key", row->key);
    set_text(object, "unit", row->unit);
    for (size_t i = 0; i < columns->count; i++) {
        json_t *value = json_object();

        if (*row->values.items[i] == '\0') {
            json_decref(value);
            continue;
        }
        set_text(value, "platform", columns->items[i].platform);
        set_text(value, "image", columns->items[i].image);
        set_text(value, "value", row->values.items[i]);
        json_put(value, "gap", json_boolean(row->gap.items[i]));
        json_array_append_new(values, value);
    }
    json_put(object, "values", values);
    return object;
}

static json_t *differences_of(const struct report *report, const struct report_columns *columns)
{
    static const char *const kinds[DIFFERENCE_KIND_COUNT] = {"breaking", "explained", "other",
                                                             "identity", "figure"};
    struct differences found = {0};
    json_t *array = json_array();

    differences_find(report, columns, &found);
    vec_foreach (group, &found.groups) {
        json_t *object = json_object(), *rows = json_array();

        set_text(object, "kind", kinds[group->kind]);
        set_text(object, "title", group->title);
        set_text(object, "explanation", group->text);
        vec_foreach (row, &group->rows)
            json_array_append_new(rows, row_of(columns, row));
        json_put(object, "observations", rows);
        json_put(object, "left_out", json_integer((json_int_t)group->left_out));
        json_array_append_new(array, object);
    }
    differences_done(&found);
    return array;
}

static json_t *inputs_of(const struct run_record *run)
{
    json_t *array = json_array();

    vec_foreach (input, &run->inputs) {
        json_t *object = json_object();

        set_text(object, "kind", input->kind);
        set_text(object, "name", input->name);
        set_text(object, "sha256", input->sha256);
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *host_of(const struct run_record *run)
{
    json_t *object = json_object();

    vec_foreach (fact, &run->host)
        set_text(object, fact->key, fact->value);
    return object;
}

static void write_json(const struct report *report, FILE *out)
{
    _cleanup_(json_writer_done) struct json_writer to = {.sink = json_build_write, .to = out};
    _cleanup_json_ json_t *rest = json_object();
    struct report_columns columns = {0};

    report_columns(report, &columns);
    json_write_object(&to, NULL);
    json_write_format(&to, "touchstone-report", 1);
    matrix_view_write_head(&report->matrix, (struct exit_policy){.strict = report->strict}, &to);
    write_cells(report, &to);
    json_put(rest, "platforms", columns_of(report, &columns));
    json_put(rest, "differences", differences_of(report, &columns));
    json_put(rest, "inputs", inputs_of(&report->matrix.run));
    json_put(rest, "host", host_of(&report->matrix.run));
    json_write_members(&to, rest);
    json_write_end(&to);
    vec_done(&columns);
}

REPORT_FORMAT(json, ".json", "Everything, for programs")
