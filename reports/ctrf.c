/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CTRF, the Common Test Report Format (ctrf.io). A test for each case and one for each cell. Its
 * words for a status are passed, failed, skipped, pending and other: FAIL, ERROR and MISS are
 * failed, so that nothing that has no result lets a pipeline pass; DONE, a waived FAIL and a
 * conditional cell are other. rawStatus has our word.
 */
#include "base/json_write.h"
#include "reports/format.h"
#include "reports/json_build.h"
#include "reports/row.h"

enum word { WORD_PASSED, WORD_FAILED, WORD_SKIPPED, WORD_PENDING, WORD_OTHER, WORD_COUNT };
static const char *const words[WORD_COUNT] = {"passed", "failed", "skipped", "pending", "other"};

struct ctrf {
    struct json_writer to;
    unsigned counts[WORD_COUNT], flaky;
};

static enum word word_of(enum row_outcome outcome)
{
    static const enum word of[ROW_OUTCOME_COUNT] = {
        [ROW_PASSED] = WORD_PASSED,   [ROW_FAILED] = WORD_FAILED, [ROW_ERROR] = WORD_FAILED,
        [ROW_SKIPPED] = WORD_SKIPPED, [ROW_OPEN] = WORD_OTHER,
    };

    return of[outcome];
}

/* The words of an attempt are its own: what counts is the status of the test. */
static const char *word_of_attempt(enum status status)
{
    static const enum word of[STATUS_COUNT] = {
        [STATUS_SKIP] = WORD_SKIPPED, [STATUS_DONE] = WORD_OTHER,   [STATUS_PASS] = WORD_PASSED,
        [STATUS_MISS] = WORD_FAILED,  [STATUS_ERROR] = WORD_FAILED, [STATUS_FAIL] = WORD_FAILED,
    };

    return words[of[status]];
}

static json_t *suite_of(const struct matrix_cell *cell)
{
    json_t *array = json_array();

    json_append(array, json_string(cell->cell.platform));
    json_append(array, json_string(cell->cell.image));
    json_append(array, json_string(cell->cell.suite));
    return array;
}

static json_t *labels_of(const struct matrix_cell *cell, const struct report_row *row)
{
    json_t *labels = json_object();

    json_put_text(labels, "platform", cell->cell.platform);
    json_put_text(labels, "image", cell->cell.image);
    json_put_text(labels, "grade", grade_name(report_grade(cell)));
    json_put_text(labels, "verdict", verdict_name(cell->judgement.verdict));
    json_put(labels, "required", json_boolean(row->required));
    if (row->blame != BLAME_NONE)
        json_put_text(labels, "blame", blame_name(row->blame));
    json_put_text(labels, "waived", row->waived);
    return labels;
}

static json_t *attempts_of(const struct report_row *row)
{
    json_t *array = json_array();

    vec_foreach (attempt, &row->attempts) {
        json_t *one = json_object(), *extra = json_object();

        json_put_integer(one, "attempt", attempt->number);
        json_put_text(one, "status", word_of_attempt(attempt->row->status));
        json_put_integer(one, "duration", attempt->row->duration_ms);
        json_put_text(one, "message", attempt->row->reason);
        json_put_text(extra, "rawStatus", status_name(attempt->row->status));
        json_put(one, "extra", extra);
        json_append(array, one);
    }
    return array;
}

static json_t *steps_of(const struct report_row *row)
{
    json_t *array = json_array();

    vec_foreach (point, &row->row->points) {
        json_t *step = json_object(), *extra = json_object();

        json_put_text(step, "name", point->name);
        json_put_text(step, "status", words[word_of(report_row_point(row, point))]);
        json_put_text(extra, "rawStatus",
                      point->raw != NULL ? point->raw : status_name(point->status));
        json_put_text(extra, "detail", point->detail);
        json_put(step, "extra", extra);
        json_append(array, step);
    }
    return array;
}

static void add_row(void *with, const struct matrix_cell *cell, const struct report_row *row)
{
    struct ctrf *ctrf = with;
    json_t *test = json_object();
    char *name = report_row_name(cell, row);

    json_put_text(test, "name", name);
    json_put_text(test, "status", words[word_of(row->outcome)]);
    json_put_integer(test, "duration", row->duration_ms);
    if (row->started_ms > 0 && row->kind == ROW_CELL) {
        json_put_integer(test, "start", row->started_ms);
        json_put_integer(test, "stop", row->started_ms + row->duration_ms);
    }
    json_put(test, "suite", suite_of(cell));
    json_put_text(test, "rawStatus", row->status);
    json_put_text(test, "message", row->reason);
    json_put_text(test, "type", row->item);
    json_put(test, "labels", labels_of(cell, row));
    json_put(test, "flaky", json_boolean(row->flaky));
    if (row->attempts.count > 0) {
        json_put_integer(test, "retries", (int64_t)row->attempts.count - 1);
        json_put(test, "retryAttempts", attempts_of(row));
    }
    if (row->row != NULL && row->row->points.count > 0)
        json_put(test, "steps", steps_of(row));
    ctrf->counts[word_of(row->outcome)]++;
    ctrf->flaky += row->flaky;
    json_write_value(&ctrf->to, NULL, test);
    json_decref(test);
    free(name);
}

static void write_summary(struct ctrf *ctrf, const struct report *report)
{
    const struct run_record *run = &report->matrix.run;
    int64_t end = run->ended_ms > 0 ? run->ended_ms : run->created_ms;
    unsigned tests = 0;

    json_write_object(&ctrf->to, "summary");
    for (enum word word = 0; word < WORD_COUNT; word++) {
        json_write_integer(&ctrf->to, words[word], ctrf->counts[word]);
        tests += ctrf->counts[word];
    }
    json_write_integer(&ctrf->to, "tests", tests);
    json_write_integer(&ctrf->to, "flaky", ctrf->flaky);
    json_write_integer(&ctrf->to, "suites", (int64_t)report->matrix.cells.count);
    json_write_integer(&ctrf->to, "start", run->created_ms);
    json_write_integer(&ctrf->to, "stop", end);
    json_write_end(&ctrf->to);
}

static json_t *environment_of(const struct run_record *run)
{
    json_t *environment = json_object(), *extra = json_object();

    json_put_text(environment, "reportName", run->plan.label);
    json_put_text(environment, "buildName", run->plan.build);
    vec_foreach (fact, &run->host)
        json_put_text(extra, fact->key, fact->value);
    json_put_text(extra, "state", run_state_name(run->state));
    json_put(environment, "extra", extra);
    return environment;
}

static void write_ctrf(const struct report *report, FILE *out)
{
    struct ctrf ctrf = {.to = {.sink = json_build_write, .to = out}};
    json_t *environment = environment_of(&report->matrix.run);

    json_write_object(&ctrf.to, NULL);
    json_write_text(&ctrf.to, "reportFormat", "CTRF");
    json_write_text(&ctrf.to, "specVersion", "0.0.0");
    json_write_text(&ctrf.to, "runId", report->matrix.run.id);
    json_write_text(&ctrf.to, "generatedBy", "touchstone");
    json_write_object(&ctrf.to, "results");
    json_write_object(&ctrf.to, "tool");
    json_write_text(&ctrf.to, "name", "touchstone");
    json_write_end(&ctrf.to);
    json_write_array(&ctrf.to, "tests");
    report_each_row(report, add_row, &ctrf);
    json_write_end(&ctrf.to);
    write_summary(&ctrf, report);
    json_write_value(&ctrf.to, "environment", environment);
    json_write_end(&ctrf.to);
    json_write_end(&ctrf.to);
    json_decref(environment);
    json_writer_done(&ctrf.to);
}

REPORT_FORMAT(ctrf, ".ctrf.json", "CTRF, for tools that read the Common Test Report Format")
