/* SPDX-License-Identifier: Apache-2.0 */
/*
 * KCIDB JSON, schema version 5.3 (github.com/kernelci/kcidb-io): the image of a cell is a checkout
 * and a build, each case a test, and the cell as a whole one. Its words of a status are ours; a
 * conditional cell is DONE, which is neither passed nor failed, and a case that the plan leaves out
 * is SKIP.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/json_write.h"
#include "reports/format.h"
#include "reports/json_build.h"
#include "reports/matrix_view.h"
#include "reports/row.h"

#define ORIGIN "touchstone"
enum { MAJOR = 5, MINOR = 3, COMMENT_BYTES = 1000 };

struct kcidb {
    struct json_writer to;
    const struct report *report;
};

static void add_id(json_t *object, const char *key, const char *first, const char *second)
{
    char id[ROW_ID_SIZE];
    _cleanup_free_ char *text = NULL;

    report_row_id(id, (const char *const[]){first, second, NULL});
    text = text_format(ORIGIN ":%s", id);
    json_put_text(object, key, text);
}

static bool is_first_of_image(const struct report *report, const struct matrix_cell *cell)
{
    vec_foreach (other, &report->matrix.cells)
        if (strcmp(other->cell.image, cell->cell.image) == 0)
            return other == cell;
    return true;
}

static void write_builds(struct kcidb *kcidb, bool checkouts)
{
    const struct report *report = kcidb->report;

    json_write_array(&kcidb->to, checkouts ? "checkouts" : "builds");
    vec_foreach (cell, &report->matrix.cells) {
        const char *name = cell->cell.image;
        const struct image *image = report_image(report, name);
        json_t *object;

        if (!is_first_of_image(report, cell))
            continue;
        object = json_object();
        if (!checkouts)
            add_id(object, "checkout_id", report->matrix.run.id, name);
        add_id(object, "id", report->matrix.run.id, name);
        json_put_text(object, "origin", ORIGIN);
        json_put_text(object, "comment", report_image_title(report, name));
        if (!checkouts && image != NULL)
            json_put_text(object, "architecture", arch_name(image->arch));
        json_write_value(&kcidb->to, NULL, object);
        json_decref(object);
    }
    json_write_end(&kcidb->to);
}

/* A path of the schema consists of letters, digits and "_-" between dots. */
static char *path_of(const struct matrix_cell *cell, const struct report_row *row)
{
    char *path = text_format("%s%s%s", cell->cell.suite, row->case_id != NULL ? "." : "",
                             row->case_id != NULL ? row->case_id : "");

    for (char *at = path; *at != '\0'; at++)
        if (!isalnum((unsigned char)*at) && strchr("._-", *at) == NULL)
            *at = '_';
    return path;
}

static const char *status_of(const struct report_row *row)
{
    static const char *const verdicts[ROW_OUTCOME_COUNT] = {
        [ROW_PASSED] = "PASS", [ROW_FAILED] = "FAIL", [ROW_ERROR] = "MISS", [ROW_OPEN] = "DONE"};

    if (row->kind == ROW_CELL)
        return verdicts[row->outcome];
    return row->kind == ROW_LEFT_OUT ? status_name(STATUS_SKIP) : row->status;
}

static json_t *environment_of(const struct kcidb *kcidb, const struct matrix_cell *cell)
{
    json_t *object = json_object(), *misc = json_object();
    _cleanup_free_ char *comment =
        text_format("%s, %s", report_platform_title(kcidb->report, cell->cell.platform),
                    grade_name(report_grade(cell)));

    json_put_text(object, "comment", comment);
    json_put_text(misc, "platform", cell->cell.platform);
    json_put_text(misc, "image", cell->cell.image);
    json_put_text(misc, "grade", grade_name(report_grade(cell)));
    json_put(object, "misc", misc);
    return object;
}

static json_t *misc_of(const struct matrix_cell *cell, const struct report_row *row)
{
    json_t *object = json_object();

    json_put_text(object, "kind", row_kind_name(row->kind));
    json_put_text(object, "suite", cell->cell.suite);
    json_put_text(object, "case", row->case_id);
    json_put_text(object, "item", row->item);
    json_put_text(object, "verdict", verdict_name(cell->judgement.verdict));
    json_put_text(object, "recorded", row->recorded);
    json_put_text(object, "blame", row->blame != BLAME_NONE ? blame_name(row->blame) : NULL);
    json_put_text(object, "waiver", row->waived);
    json_put(object, "flaky", json_boolean(row->flaky));
    json_put_integer(object, "attempts", (int64_t)row->attempts.count);
    return object;
}

static void add_row(void *with, const struct matrix_cell *cell, const struct report_row *row)
{
    struct kcidb *kcidb = with;
    const char *run = kcidb->report->matrix.run.id;
    _cleanup_free_ char *path = path_of(cell, row), *name = report_row_name(cell, row);
    _cleanup_buffer_ struct buffer comment = {0};
    json_t *test = json_object();
    char started[CLOCK_TEXT_SIZE];

    add_id(test, "build_id", run, cell->cell.image);
    add_id(test, "id", run, name);
    json_put_text(test, "origin", ORIGIN);
    json_put(test, "environment", environment_of(kcidb, cell));
    json_put_text(test, "path", path);
    json_put_text(test, "status", status_of(row));
    if (row->waived != NULL)
        json_put(test, "waived", json_boolean(row->outcome == ROW_OPEN));
    if (row->reason != NULL) {
        matrix_view_line(row->reason, COMMENT_BYTES, &comment);
        json_put_text(test, "comment", comment.data);
    }
    if (row->started_ms > 0) {
        clock_format(row->started_ms, started);
        json_put_text(test, "start_time", started);
        json_put(test, "duration", json_real((double)row->duration_ms / 1000));
    }
    json_put(test, "misc", misc_of(cell, row));
    json_write_value(&kcidb->to, NULL, test);
    json_decref(test);
}

static void write_kcidb(const struct report *report, FILE *out)
{
    struct kcidb kcidb = {.to = {.sink = json_build_write, .to = out}, .report = report};

    json_write_object(&kcidb.to, NULL);
    json_write_object(&kcidb.to, "version");
    json_write_integer(&kcidb.to, "major", MAJOR);
    json_write_integer(&kcidb.to, "minor", MINOR);
    json_write_end(&kcidb.to);
    write_builds(&kcidb, true);
    write_builds(&kcidb, false);
    json_write_array(&kcidb.to, "tests");
    report_each_row(report, add_row, &kcidb);
    json_write_end(&kcidb.to);
    json_write_end(&kcidb.to);
    json_writer_done(&kcidb.to);
}

REPORT_FORMAT(kcidb, ".kcidb.json", "KCIDB JSON, schema version 5, for KernelCI's database")
