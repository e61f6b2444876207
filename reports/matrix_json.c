/* SPDX-License-Identifier: Apache-2.0 */
/* The matrix for programs: the members are documented in touchstone-matrix(1) and stay. */
#include "base/clock.h"
#include "base/json.h"
#include "reports/matrix_view.h"

static void set(json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, value) < 0)
        text_out_of_memory();
}

static void set_text(json_t *object, const char *key, const char *text)
{
    set(object, key, json_from_text(text));
}

static void set_time(json_t *object, const char *key, int64_t wall_ms)
{
    char text[CLOCK_TEXT_SIZE];

    clock_format(wall_ms, text);
    set_text(object, key, wall_ms > 0 ? text : NULL);
}

static json_t *gaps_of(const struct cell_summary *summary)
{
    json_t *object = json_object();

    for (enum gap_kind kind = GAP_MISSING; kind <= GAP_UNKNOWN; kind++)
        set(object, gap_kind_name(kind), json_integer(summary->gaps[kind]));
    return object;
}

/* NULL when the product's files were not to be checked, or the program was too old to. */
static json_t *prediction_of(const struct judgement *judgement, const struct cell_summary *summary)
{
    json_t *object;

    if (!judgement->has_prediction)
        return json_null();
    object = json_object();
    set_text(object, "predicted", verdict_name(judgement->predicted));
    set_text(object, "observed", verdict_name(judgement->observed));
    for (enum finding_severity severity = SEVERITY_WARN; severity < SEVERITY_COUNT; severity++)
        set(object, finding_severity_name(severity), json_integer(summary->findings[severity]));
    return object;
}

static json_t *coverage_of(const struct judgement *judgement)
{
    json_t *object = json_object();

    set(object, "judged", json_integer(judgement->judged));
    set(object, "total", json_integer(judgement->total));
    return object;
}

static json_t *scope_of(const struct judgement *judgement)
{
    json_t *object = json_object();

    set(object, "defined", json_integer(judgement->defined));
    set(object, "planned", json_integer(judgement->total));
    set(object, "judged", json_integer(judgement->judged));
    set(object, "required_left_out", json_integer(judgement->required_left_out));
    return object;
}

json_t *matrix_view_cell_json(const struct matrix_cell *cell)
{
    const struct judgement *judgement = &cell->judgement;
    const struct cell_summary *summary = &cell->summary;
    bool ran = summary->attempts > 0;
    json_t *object = json_object();

    set_text(object, "image", cell->cell.image);
    set_text(object, "platform", cell->cell.platform);
    set_text(object, "suite", cell->cell.suite);
    set_text(object, "verdict", verdict_name(judgement->verdict));
    set_text(object, "grade", grade_name(ran ? summary->grade : GRADE_NONE));
    set(object, "coverage", coverage_of(judgement));
    set(object, "scope", scope_of(judgement));
    set(object, "partial", json_boolean(judgement->partial));
    set(object, "rule", json_integer(judgement->rule));
    set_text(object, "reason", judgement->reason);
    set_text(object, "blame", blame_name(judgement->blame));
    set_text(object, "case", judgement->case_id);
    set(object, "flaky", json_boolean(judgement->flaky));
    set_text(object, "status", status_name(judgement->rollup));
    set_text(object, "refused", cell->cell.refused);
    set(object, "gaps", gaps_of(summary));
    set(object, "abi", prediction_of(judgement, summary));
    set_text(object, "job", cell->cell.job_id);
    set(object, "attempt", ran ? json_integer(summary->attempt) : json_null());
    set(object, "attempts", json_integer(summary->attempts));
    set(object, "repeat", json_integer(cell->cell.repeat > 1 ? cell->cell.repeat : 1));
    set_text(object, "accel", ran ? accel_name(summary->accel) : NULL);
    set_time(object, "started", summary->started_ms);
    set_time(object, "ended", summary->ended_ms);
    return object;
}

json_t *matrix_view_json(const struct matrix *matrix, struct exit_policy policy)
{
    json_t *root = json_object(), *cells = json_array();

    set_text(root, "run", matrix->run.id);
    set_time(root, "created", matrix->run.created_ms);
    set_time(root, "ended", matrix->run.ended_ms);
    set_text(root, "state", run_state_name(matrix->run.state));
    set(root, "exit_code", json_integer(matrix_exit_code(matrix, policy)));
    vec_foreach (cell, &matrix->cells)
        json_array_append_new(cells, matrix_view_cell_json(cell));
    set(root, "cells", cells);
    return root;
}
