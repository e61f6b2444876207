/* SPDX-License-Identifier: Apache-2.0 */
/* One cell as JSON: the members of its row in the matrix, and all details. */
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/json_write.h"
#include "bundle/result_json.h"
#include "judge/judge.h"
#include "judge/outcome.h"
#include "model/waiver.h"
#include "reports/again.h"
#include "reports/because_view.h"
#include "reports/case_files.h"
#include "reports/cell_view.h"
#include "reports/matrix_view.h"
#include "store/evidence.h"

static void set(json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, value) < 0)
        text_out_of_memory();
}

static json_t *attempts_of(const struct matrix_cell *cell)
{
    json_t *array = json_array();

    vec_foreach (attempt, &cell->attempts) {
        const struct result *result = *attempt;
        json_t *row = json_object(), *counts = json_object();

        set(row, "attempt", json_integer(result->attempt));
        set(row, "started_ms", json_integer(result->started_ms));
        set(row, "ended_ms", json_integer(result->ended_ms));
        set(row, "outcome", json_from_text(status_name(result->outcome)));
        set(row, "blame", json_from_text(blame_name(result->blame)));
        set(row, "reason", json_from_text(result->reason));
        for (enum status status = 0; status < STATUS_COUNT; status++) {
            json_int_t count = 0;

            vec_foreach (one, &result->cases)
                count += one->status == status;
            set(counts, status_name(status), json_integer(count));
        }
        set(row, "cases", counts);
        json_array_append_new(array, row);
    }
    return array;
}

/* The outcome of each planned case over the attempts that count. */
static json_t *rates_of(const struct matrix_cell *cell)
{
    _cleanup_(counted_done) struct counted counted = {0};
    json_t *array = json_array();

    counted_make(&cell->cell, (const struct result *const *)cell->attempts.items,
                 cell->attempts.count, &counted);
    vec_foreach (planned, &cell->cell.cases) {
        struct tally tally;
        json_t *row;

        if (!planned->planned || counted.count == 0)
            continue;
        tally_case(&cell->cell, planned, &counted, &tally);
        row = json_object();
        set(row, "id", json_from_text(planned->id));
        set(row, "attempts", json_integer((json_int_t)counted.count));
        set(row, "passed", json_integer(tally.passed));
        set(row, "failed", json_integer(tally.failed));
        set(row, "errors", json_integer(tally.errors));
        if (tally.restored > 0)
            set(row, "restored", json_integer(tally.restored));
        json_array_append_new(array, row);
    }
    return array;
}

/* The cases of the suite that are not planned. */
static json_t *left_out_of(const struct cell_record *cell)
{
    json_t *array = json_array();

    vec_foreach (planned, &cell->cases) {
        json_t *row;

        if (planned->planned)
            continue;
        row = json_object();
        set(row, "id", json_from_text(planned->id));
        set(row, "item", json_from_text(item_name(planned->item)));
        set(row, "required", json_boolean(planned->required));
        json_array_append_new(array, row);
    }
    return array;
}

/* The end of each stream of a case; bytes that are not text are escaped. */
static json_t *output_of(const struct cell_view *view, const struct result *latest, const char *id)
{
    json_t *array = json_array();

    vec_foreach (blob, &latest->evidence) {
        _cleanup_buffer_ struct buffer raw = {0}, safe = {0};
        _cleanup_error_ struct error *err = NULL;
        json_t *row;
        uint64_t skipped = 0;

        if (!text_equal(blob->case_id, id) || case_file_is(blob))
            continue;
        row = json_object();
        set(row, "name", json_from_text(blob->name));
        if (cell_view_read_tail(view, blob, &raw, &skipped, &err) < 0)
            set(row, "error", json_from_text(error_message(err)));
        else {
            buffer_printable(&safe, raw.length > 0 ? raw.data : "", raw.length, true);
            set(row, "text", json_from_text(safe.length > 0 ? safe.data : ""));
            set(row, "skipped_bytes", json_integer((json_int_t)skipped));
        }
        json_array_append_new(array, row);
    }
    return array;
}

/* The rows of `key` in result.json that belong to the case, or all. */
static json_t *rows_of(const struct cell_view *view, const json_t *result, const char *key,
                       const char *case_key)
{
    json_t *array = json_array(), *row;
    size_t i;

    json_array_foreach(json_object_get(result, key), i, row)
    {
        const char *id =
            case_key != NULL ? json_string_value(json_object_get(row, case_key)) : NULL;

        if (view->case_id == NULL || case_key == NULL || text_equal(view->case_id, id))
            json_array_append(array, row);
    }
    return array;
}

/* A part of the result that is not used elsewhere, with what is let pass of its findings. */
static json_t *with_waived(const struct cell_record *cell, json_t *part, const struct finding *rows,
                           size_t count)
{
    json_t *findings = json_object_get(part, "findings");

    for (size_t i = 0; i < count; i++) {
        _cleanup_free_ char *waived = waiver_describe(judge_waived_finding(cell, &rows[i]));

        if (waived != NULL)
            set(json_array_get(findings, i), "waived", json_from_text(waived));
    }
    return json_incref(part);
}

static void add_result(const struct cell_view *view, const struct result *latest, json_t *root)
{
    static const char *const plain[] = {"warm",       "state",    "prepared_by",      "outcome",
                                        "started_ms", "ended_ms", "identity_measured"};
    _cleanup_(outcomes_done) struct outcomes outcomes = outcomes_of(view->cell);
    _cleanup_(text_map_done) struct text_map places = {0};
    _cleanup_json_ json_t *result = result_to_json(latest);
    json_t *cases = rows_of(view, result, "cases", "id"), *evidence, *row;
    size_t i;

    for (size_t p = 0; p < sizeof(plain) / sizeof(plain[0]); p++)
        set(root, plain[p], json_incref(json_object_get(result, plain[p])));
    result_index_cases(latest, &places);
    json_array_foreach(cases, i, row)
    {
        const char *id = json_string_value(json_object_get(row, "id"));
        const struct case_result *one = &latest->cases.items[text_map_get(&places, id)];
        _cleanup_free_ char *waived = cell_view_waived(&outcomes, one);

        if (waived != NULL)
            set(row, "waived", json_from_text(waived));
        if (cell_view_wants_output(view, one))
            set(row, "output", output_of(view, latest, id));
    }
    set(root, "cases", cases);
    set(root, "identity", rows_of(view, result, "identity", NULL));
    set(root, "gap_list", rows_of(view, result, "gaps", NULL));
    if (latest->footprint.state != FOOTPRINT_NONE)
        set(root, "footprint",
            with_waived(&view->cell->cell, json_object_get(result, "footprint"),
                        latest->footprint.findings.items, latest->footprint.findings.count));
    if (latest->prediction.state != PREDICTION_NONE)
        set(root, "prediction",
            with_waived(&view->cell->cell, json_object_get(result, "prediction"),
                        latest->prediction.findings.items, latest->prediction.findings.count));
    set(root, "observations", rows_of(view, result, "observations", "case"));
    evidence = rows_of(view, result, "evidence", "case");
    json_array_foreach(evidence, i, row)
    {
        _cleanup_free_ char *path =
            evidence_path(view->home, json_string_value(json_object_get(row, "sha256")));

        set(row, "path", json_from_text(path));
    }
    set(root, "evidence", evidence);
}

void cell_view_write_json(const struct cell_view *view, struct json_writer *to)
{
    const struct result *latest = matrix_cell_latest(view->cell);
    _cleanup_free_ char *again = again_command(view->run, &view->cell->cell, false);
    _cleanup_json_ json_t *rest = json_object();

    json_write_text(to, "run", view->run->id);
    matrix_view_write_cell(view->cell, to);
    json_write_text(to, "again", again);
    if (view->explain)
        because_view_json(view->cell, rest);
    set(rest, "left_out", left_out_of(&view->cell->cell));
    set(rest, "attempt_list", attempts_of(view->cell));
    set(rest, "rates", rates_of(view->cell));
    if (latest != NULL)
        add_result(view, latest, rest);
    json_write_members(to, rest);
}
