/* SPDX-License-Identifier: Apache-2.0 */
/* JSON Lines: the run, then for each cell a line for it and one for each of its cases and of their
 * points. Lines are made and read one at a time, by jq, a log store or a database. */
#include "base/json.h"
#include "reports/format.h"
#include "reports/json_build.h"
#include "reports/matrix_view.h"
#include "reports/row.h"

/* The members that name a cell are in each of its lines, with what its cases must not be read
 * without. */
static json_t *begin(const char *type, const struct matrix_cell *cell)
{
    json_t *line = json_object();

    json_put_text(line, "type", type);
    json_put_text(line, "image", cell->cell.image);
    json_put_text(line, "platform", cell->cell.platform);
    json_put_text(line, "suite", cell->cell.suite);
    json_put_text(line, "grade", grade_name(report_grade(cell)));
    json_put_text(line, "verdict", verdict_name(cell->judgement.verdict));
    return line;
}

static void write_line(json_t *line, FILE *out)
{
    json_build_line(line, out);
    json_decref(line);
}

static json_t *attempts_of(const struct report_row *row)
{
    json_t *array = json_array();

    vec_foreach (attempt, &row->attempts) {
        json_t *one = json_object();

        json_put_integer(one, "attempt", attempt->number);
        json_put_text(one, "status", status_name(attempt->row->status));
        json_put_integer(one, "duration_ms", attempt->row->duration_ms);
        json_append(array, one);
    }
    return array;
}

static void add_points(const struct matrix_cell *cell, const struct report_row *row, FILE *out)
{
    int64_t number = 0;

    vec_foreach (point, &row->row->points) {
        json_t *line = begin("point", cell);

        json_put_text(line, "case", row->case_id);
        json_put_integer(line, "number", ++number);
        json_put(line, "name", json_from_text(point->name));
        json_put_text(line, "status", status_name(point->status));
        json_put_text(line, "normalised", row_outcome_name(report_row_point(row, point)));
        json_put(line, "raw", json_from_text(point->raw));
        json_put(line, "detail", json_from_text(point->detail));
        write_line(line, out);
    }
}

static void add_row(void *with, const struct matrix_cell *cell, const struct report_row *row)
{
    json_t *line = begin(row_kind_name(row->kind), cell);
    FILE *out = with;

    json_put_text(line, "case", row->case_id);
    json_put_text(line, "item", row->item);
    if (row->kind != ROW_CELL)
        json_put(line, "required", json_boolean(row->required));
    json_put_text(line, "status", row->status);
    json_put(line, "recorded", json_from_text(row->recorded));
    json_put_text(line, "normalised", row_outcome_name(row->outcome));
    json_put(line, "reason", json_from_text(row->reason));
    json_put_text(line, "blame", blame_name(row->blame));
    json_put(line, "waived", json_from_text(row->waived));
    json_put(line, "flaky", json_boolean(row->flaky));
    json_put_integer(line, "duration_ms", row->duration_ms);
    if (row->kind == ROW_CELL) {
        json_put_integer(line, "started_ms", row->started_ms);
        json_put_integer(line, "judged", cell->judgement.judged);
        json_put_integer(line, "planned", cell->judgement.total);
        json_put_integer(line, "defined", cell->judgement.defined);
        json_put(line, "partial", json_boolean(cell->judgement.partial));
    } else {
        json_put(line, "attempts", attempts_of(row));
    }
    write_line(line, out);
    if (row->row != NULL)
        add_points(cell, row, out);
}

static void write_jsonl(const struct report *report, FILE *out)
{
    const struct run_record *run = &report->matrix.run;
    json_t *none = json_object(), *head = json_with_format("touchstone-report-line", 1, none);

    json_put_text(head, "type", "run");
    json_put_text(head, "run", run->id);
    json_put_text(head, "state", run_state_name(run->state));
    json_put_integer(head, "created_ms", run->created_ms);
    json_put_integer(head, "ended_ms", run->ended_ms);
    json_put(head, "label", json_from_text(run->plan.label));
    json_put(head, "build", json_from_text(run->plan.build));
    json_put_integer(
        head, "exit_code",
        matrix_exit_code(&report->matrix, (struct exit_policy){.strict = report->strict}));
    json_put_integer(head, "cells", (int64_t)report->matrix.cells.count);
    json_decref(none);
    write_line(head, out);
    report_each_row(report, add_row, out);
}

REPORT_FORMAT(jsonl, ".jsonl", "JSON Lines: one object for each cell, case and point")
