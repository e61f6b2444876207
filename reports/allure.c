/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A results folder for Allure: a file for each case and each cell, the output of cases that did not
 * pass as attachments, the environment, and what its statuses mean here as categories. FAIL is
 * failed, ERROR and MISS are broken, SKIP and left-out cases are skipped; DONE, a waived FAIL and a
 * conditional cell are unknown, Allure's word for what is neither.
 */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/path.h"
#include "reports/format.h"
#include "reports/json_build.h"
#include "reports/row.h"

enum { OUTPUT_BYTES = 64 * 1024, BUDGET_BYTES = 16 << 20, UUID_SIZE = ROW_ID_SIZE + 4 };

struct allure {
    const struct report *report;
    const char *folder;
    size_t budget;
    struct error *err; /* the first one; nothing is written after it */
};

static const char *const words[ROW_OUTCOME_COUNT] = {
    [ROW_PASSED] = "passed",   [ROW_FAILED] = "failed", [ROW_ERROR] = "broken",
    [ROW_SKIPPED] = "skipped", [ROW_OPEN] = "unknown",
};

/* fopen and fclose with the error of any write in between; nothing survives a crash anyway before
 * the folder gets its name. */
static FILE *open_file(struct allure *allure, const char *name)
{
    _cleanup_free_ char *path = path_join(allure->folder, name);
    FILE *file = allure->err == NULL ? fopen(path, "we") : NULL;

    if (file == NULL && allure->err == NULL)
        error_set_errno(&allure->err, -errno, "cannot write '%s'", path);
    return file;
}

static void close_file(struct allure *allure, const char *name, FILE *file)
{
    bool bad = ferror(file) != 0;

    if ((fclose(file) != 0 || bad) && allure->err == NULL)
        error_set_errno(&allure->err, errno > 0 ? -errno : -EIO, "cannot write '%s/%s'",
                        allure->folder, name);
}

static void write_json_file(struct allure *allure, const char *name, const json_t *value)
{
    FILE *file = open_file(allure, name);

    if (file == NULL)
        return;
    json_build_line(value, file);
    close_file(allure, name, file);
}

static void make_uuid(const char *run, const char *name, char ret_uuid[UUID_SIZE])
{
    char id[ROW_ID_SIZE];

    report_row_id(id, (const char *const[]){run, name, NULL});
    snprintf(ret_uuid, UUID_SIZE, "%.8s-%.4s-%.4s-%.4s-%.12s", id, id + 8, id + 12, id + 16,
             id + 20);
}

static void add_pair(json_t *array, const char *name, const char *value)
{
    json_t *pair;

    if (value == NULL)
        return;
    pair = json_object();
    json_put_text(pair, "name", name);
    json_put_text(pair, "value", value);
    json_append(array, pair);
}

static json_t *labels_of(const struct matrix_cell *cell, const struct report_row *row)
{
    json_t *array = json_array();

    add_pair(array, "parentSuite", cell->cell.platform);
    add_pair(array, "suite", cell->cell.suite);
    add_pair(array, "subSuite", row->item);
    add_pair(array, "host", cell->cell.image);
    add_pair(array, "framework", "touchstone");
    add_pair(array, "severity", row->required ? "critical" : "minor");
    add_pair(array, "tag", grade_name(report_grade(cell)));
    return array;
}

static json_t *parameters_of(const struct matrix_cell *cell, const struct report_row *row)
{
    json_t *array = json_array();

    add_pair(array, "image", cell->cell.image);
    add_pair(array, "platform", cell->cell.platform);
    add_pair(array, "grade", grade_name(report_grade(cell)));
    add_pair(array, "verdict of the cell", verdict_name(cell->judgement.verdict));
    add_pair(array, "status", row->status);
    add_pair(array, "recorded", row->recorded);
    add_pair(array, "blame", row->blame != BLAME_NONE ? blame_name(row->blame) : NULL);
    /* They change from run to run, and must not part the history of a test. */
    for (size_t i = 2; i < json_array_size(array); i++)
        json_put(json_array_get(array, i), "excluded", json_true());
    return array;
}

static json_t *details_of(const struct report_row *row)
{
    json_t *object = json_object();

    json_put_text(object, "message", row->reason);
    json_put(object, "flaky", json_boolean(row->flaky));
    json_put(object, "muted", json_boolean(row->waived != NULL && row->outcome == ROW_OPEN));
    json_put(object, "known", json_boolean(row->waived != NULL));
    json_put_text(object, "trace", row->waived);
    return object;
}

static json_t *steps_of(const struct report_row *row)
{
    json_t *array = json_array();

    vec_foreach (point, &row->row->points) {
        json_t *step = json_object(), *details = json_object();

        json_put_text(step, "name", point->name);
        json_put_text(step, "status", words[report_row_point(row, point)]);
        json_put_text(step, "stage", "finished");
        json_put_text(details, "message", point->detail);
        json_put(step, "statusDetails", details);
        json_append(array, step);
    }
    return array;
}

/* The end of a stream, escaped as everywhere; returns false if there is nothing to attach. */
static bool write_output(struct allure *allure, const struct evidence *blob, const char *name)
{
    _cleanup_buffer_ struct buffer text = {0};
    _cleanup_error_ struct error *unread = NULL;
    uint64_t skipped = 0;
    FILE *file;

    if (blob->size == 0 || allure->budget == 0 ||
        report_output(allure->report, blob, OUTPUT_BYTES, &allure->budget, &text, &skipped,
                      &unread) < 0)
        return false;
    file = open_file(allure, name);
    if (file == NULL)
        return false;
    if (skipped > 0)
        fprintf(file, "[%llu bytes before this are left out]\n", (unsigned long long)skipped);
    fwrite(text.length > 0 ? text.data : "", 1, text.length, file);
    close_file(allure, name, file);
    return true;
}

static json_t *attachments_of(struct allure *allure, const struct matrix_cell *cell,
                              const struct report_row *row, const char *uuid)
{
    const struct result *latest = matrix_cell_latest(cell);
    json_t *array = json_array();

    if (row->row == NULL || row->outcome == ROW_PASSED)
        return array;
    vec_foreach (blob, &latest->evidence) {
        _cleanup_free_ char *source = text_format("%s-%s-attachment.txt", uuid, blob->name);
        json_t *one;

        if (!text_equal(blob->case_id, row->case_id) || !report_is_stream(blob) ||
            !write_output(allure, blob, source))
            continue;
        one = json_object();
        json_put_text(one, "name", blob->name);
        json_put_text(one, "source", source);
        json_put_text(one, "type", "text/plain");
        json_append(array, one);
    }
    return array;
}

static void add_row(void *with, const struct matrix_cell *cell, const struct report_row *row)
{
    struct allure *allure = with;
    _cleanup_free_ char *name = report_row_name(cell, row), *file = NULL;
    _cleanup_free_ char *show = report_show_command(allure->report, cell, row->case_id);
    const char *title = row->case_id != NULL ? row->case_id : "as a whole";
    char uuid[UUID_SIZE], history[ROW_ID_SIZE];
    json_t *result = json_object();

    make_uuid(allure->report->matrix.run.id, name, uuid);
    report_row_id(history, (const char *const[]){name, NULL});
    json_put_text(result, "uuid", uuid);
    json_put_text(result, "historyId", history);
    json_put_text(result, "testCaseId", history);
    json_put_text(result, "name", title);
    json_put_text(result, "fullName", name);
    json_put_text(result, "description", row->kind != ROW_LEFT_OUT ? show : NULL);
    json_put_text(result, "status", words[row->outcome]);
    json_put_text(result, "stage", "finished");
    json_put(result, "statusDetails", details_of(row));
    if (row->started_ms > 0) {
        json_put_integer(result, "start", row->started_ms);
        json_put_integer(result, "stop", row->started_ms + row->duration_ms);
    }
    json_put(result, "labels", labels_of(cell, row));
    json_put(result, "parameters", parameters_of(cell, row));
    json_put(result, "attachments", attachments_of(allure, cell, row, uuid));
    if (row->row != NULL)
        json_put(result, "steps", steps_of(row));
    file = text_format("%s-result.json", uuid);
    write_json_file(allure, file, result);
    json_decref(result);
}

static void write_categories(struct allure *allure)
{
    static const struct {
        const char *name;
        enum row_outcome outcome;
    } rows[] = {
        {"Failed", ROW_FAILED},
        {"No result", ROW_ERROR},
        {"Neither passed nor failed", ROW_OPEN},
        {"Skipped or left out", ROW_SKIPPED},
    };
    json_t *array = json_array();

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        json_t *one = json_object(), *statuses = json_array();

        json_put_text(one, "name", rows[i].name);
        json_append(statuses, json_string(words[rows[i].outcome]));
        json_put(one, "matchedStatuses", statuses);
        json_append(array, one);
    }
    write_json_file(allure, "categories.json", array);
    json_decref(array);
}

/* A line of Java properties in ISO 8859-1; other characters are \uXXXX, as JSON writes them. */
static void add_property(FILE *file, const char *key, const char *value)
{
    json_t *text = json_from_text(value);
    _cleanup_free_ char *quoted = NULL;

    if (value != NULL) {
        quoted = json_dumps(text, JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
        if (quoted == NULL)
            text_out_of_memory();
        fprintf(file, "%s = %.*s\n", key, (int)strlen(quoted) - 2, quoted + 1);
    }
    json_decref(text);
}

static void write_environment(struct allure *allure)
{
    static const char name[] = "environment.properties";
    const struct run_record *run = &allure->report->matrix.run;
    FILE *file = open_file(allure, name);

    if (file == NULL)
        return;
    add_property(file, "run", run->id);
    add_property(file, "state", run_state_name(run->state));
    add_property(file, "label", run->plan.label);
    add_property(file, "build", run->plan.build);
    vec_foreach (fact, &run->host)
        if (text_is_name(fact->key))
            add_property(file, fact->key, fact->value);
    close_file(allure, name, file);
}

static int write_allure(const struct report *report, const char *folder, struct error **err)
{
    struct allure allure = {.report = report, .folder = folder, .budget = BUDGET_BYTES};

    write_environment(&allure);
    write_categories(&allure);
    report_each_row(report, add_row, &allure);
    if (allure.err == NULL)
        return 0;
    *err = allure.err;
    return (*err)->code;
}

REPORT_FOLDER_FORMAT(allure, "Allure results: a folder, to be given to 'allure generate'")
