/* SPDX-License-Identifier: Apache-2.0 */
/* The matrix as JSON: its members are documented in touchstone-matrix(1) and are stable. */
#include "base/clock.h"
#include "base/json_write.h"
#include "reports/matrix_view.h"
#include "reports/selection_view.h"

void matrix_view_write_time(struct json_writer *to, const char *key, int64_t wall_ms)
{
    char text[CLOCK_TEXT_SIZE];

    if (wall_ms > 0)
        clock_format(wall_ms, text);
    json_write_text(to, key, wall_ms > 0 ? text : NULL);
}

static void write_gaps(struct json_writer *to, const struct cell_summary *summary)
{
    json_write_object(to, "gaps");
    for (enum gap_kind kind = GAP_MISSING; kind <= GAP_UNKNOWN; kind++)
        json_write_integer(to, gap_kind_name(kind), summary->gaps[kind]);
    json_write_end(to);
}

/* null if no static check was requested, or the version was too old to make one. */
static void write_prediction(struct json_writer *to, const struct judgement *judgement,
                             const struct cell_summary *summary)
{
    if (!judgement->has_prediction) {
        json_write_null(to, "abi");
        return;
    }
    json_write_object(to, "abi");
    json_write_text(to, "predicted", verdict_name(judgement->predicted));
    json_write_text(to, "observed", verdict_name(judgement->observed));
    for (enum finding_severity severity = SEVERITY_WARN; severity < SEVERITY_COUNT; severity++)
        json_write_integer(to, finding_severity_name(severity), summary->findings[severity]);
    json_write_end(to);
}

static void write_coverage(struct json_writer *to, const struct judgement *judgement)
{
    json_write_object(to, "coverage");
    json_write_integer(to, "judged", judgement->judged);
    json_write_integer(to, "total", judgement->total);
    json_write_end(to);
}

static void write_scope(struct json_writer *to, const struct judgement *judgement)
{
    json_write_object(to, "scope");
    json_write_integer(to, "defined", judgement->defined);
    json_write_integer(to, "planned", judgement->total);
    json_write_integer(to, "judged", judgement->judged);
    json_write_integer(to, "required_left_out", judgement->required_left_out);
    json_write_end(to);
}

void matrix_view_write_cell(const struct matrix_cell *cell, struct json_writer *to)
{
    const struct judgement *judgement = &cell->judgement;
    const struct cell_summary *summary = &cell->summary;
    bool ran = summary->attempts > 0;

    json_write_text(to, "image", cell->cell.image);
    json_write_text(to, "platform", cell->cell.platform);
    json_write_text(to, "suite", cell->cell.suite);
    json_write_text(to, "verdict", verdict_name(judgement->verdict));
    json_write_text(to, "grade", grade_name(ran ? summary->grade : GRADE_NONE));
    write_coverage(to, judgement);
    write_scope(to, judgement);
    json_write_bool(to, "partial", judgement->partial);
    json_write_integer(to, "rule", judgement->rule);
    json_write_text(to, "reason", judgement->reason);
    json_write_text(to, "blame", blame_name(judgement->blame));
    json_write_text(to, "case", judgement->case_id);
    json_write_bool(to, "flaky", judgement->flaky);
    json_write_text(to, "status", status_name(judgement->rollup));
    json_write_text(to, "refused", cell->cell.refused);
    write_gaps(to, summary);
    write_prediction(to, judgement, summary);
    json_write_text(to, "job", cell->cell.job_id);
    if (ran)
        json_write_integer(to, "attempt", summary->attempt);
    else
        json_write_null(to, "attempt");
    json_write_integer(to, "attempts", summary->attempts);
    json_write_integer(to, "repeat", cell->cell.repeat > 1 ? cell->cell.repeat : 1);
    json_write_text(to, "accel", ran ? accel_name(summary->accel) : NULL);
    matrix_view_write_time(to, "started", summary->started_ms);
    matrix_view_write_time(to, "ended", summary->ended_ms);
}

void matrix_view_write_head(const struct matrix *matrix, struct exit_policy policy,
                            struct json_writer *to)
{
    json_write_text(to, "run", matrix->run.id);
    json_write_text(to, "label", matrix->run.plan.label);
    json_write_text(to, "build", matrix->run.plan.build);
    matrix_view_write_time(to, "created", matrix->run.created_ms);
    matrix_view_write_time(to, "ended", matrix->run.ended_ms);
    json_write_text(to, "state", run_state_name(matrix->run.state));
    json_write_integer(to, "exit_code", matrix_exit_code(matrix, policy));
}

void matrix_view_write_json(const struct matrix *matrix, struct exit_policy policy,
                            struct json_writer *to)
{
    json_write_object(to, NULL);
    json_write_format(to, "touchstone-matrix", 1);
    matrix_view_write_head(matrix, policy, to);
    selection_view_write_json(&matrix->selection, to);
    json_write_array(to, "cells");
    vec_foreach (cell, &matrix->cells) {
        if (!selection_shows(&matrix->selection, (size_t)(cell - matrix->cells.items)))
            continue;
        json_write_object(to, NULL);
        matrix_view_write_cell(cell, to);
        json_write_end(to);
    }
    json_write_end(to);
    json_write_end(to);
}
