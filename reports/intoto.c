/* SPDX-License-Identifier: Apache-2.0 */
/*
 * in-toto Statements v1 with the predicate test-result/v0.1, one a line for each cell. The subject
 * is what was tested, by digest: the product's package files as the static check recorded them; if
 * it recorded none, the suite as it was copied, which contains the product's files; if that is not
 * known either, the stored record of the cell itself. The
 * configuration is the image, platform and suite. PASSED is a compatible cell, WARNED a conditional
 * one, FAILED any other: the predicate has no word for a cell without a result. A test that is
 * neither passed nor failed, and one that was skipped or left out, is a warning.
 */
#include "base/cleanup.h"
#include "base/json.h"
#include "reports/format.h"
#include "reports/json_build.h"
#include "reports/row.h"

static json_t *resource(const char *name, const char *sha256)
{
    json_t *object = json_object(), *digest = json_object();

    json_put_text(object, "name", name);
    json_put_text(digest, "sha256", sha256);
    json_put(object, "digest", digest);
    return object;
}

static void add_input(const struct run_record *run, const char *kind, const char *name, json_t *to)
{
    const struct run_input *input = run_find_input(run, kind, name);
    _cleanup_free_ char *title = text_format("%s/%s", kind, name);

    if (input != NULL)
        json_append(to, resource(title, input->sha256));
}

static json_t *subject_of(const struct run_record *run, const struct matrix_cell *cell)
{
    const struct result *latest = matrix_cell_latest(cell);
    json_t *array = json_array();

    if (latest != NULL)
        vec_foreach (part, &latest->prediction.parts)
            if (part->checked && part->sha256[0] != '\0')
                json_append(array, resource(part->name, part->sha256));
    if (json_array_size(array) == 0)
        add_input(run, "suite", cell->cell.suite, array);
    if (json_array_size(array) == 0) {
        _cleanup_free_ char *name =
            text_format("record/%s/%s/%s", cell->cell.image, cell->cell.platform, cell->cell.suite);

        json_append(array, resource(name, cell->cell.digest));
    }
    return array;
}

static json_t *configuration_of(const struct report *report, const struct matrix_cell *cell)
{
    const struct image *image = report_image(report, cell->cell.image);
    _cleanup_free_ char *disk = text_format("disk of %s", cell->cell.image);
    json_t *array = json_array();

    if (image != NULL && image->disk.path != NULL)
        json_append(array, resource(disk, image->disk.sha256));
    add_input(&report->matrix.run, "image", cell->cell.image, array);
    add_input(&report->matrix.run, "platform", cell->cell.platform, array);
    add_input(&report->matrix.run, "suite", cell->cell.suite, array);
    return array;
}

/* What the predicate has no field for; a reader ignores fields that it does not know. */
static json_t *about(const struct report *report, const struct matrix_cell *cell)
{
    json_t *object = json_object();

    json_put_text(object, "run", report->matrix.run.id);
    json_put_text(object, "image", cell->cell.image);
    json_put_text(object, "platform", cell->cell.platform);
    json_put_text(object, "suite", cell->cell.suite);
    json_put_text(object, "verdict", verdict_name(cell->judgement.verdict));
    json_put_text(object, "grade", grade_name(report_grade(cell)));
    json_put_text(object, "reason", cell->judgement.reason);
    json_put_integer(object, "judged", cell->judgement.judged);
    json_put_integer(object, "planned", cell->judgement.total);
    json_put_integer(object, "defined", cell->judgement.defined);
    return object;
}

static json_t *predicate_of(const struct report *report, const struct matrix_cell *cell)
{
    static const char *const results[ROW_OUTCOME_COUNT] = {
        [ROW_PASSED] = "PASSED",
        [ROW_FAILED] = "FAILED",
        [ROW_ERROR] = "FAILED",
        [ROW_OPEN] = "WARNED",
    };
    _cleanup_(report_rows_done) struct report_rows rows = {0};
    json_t *predicate = json_object(), *passed = json_array(), *warned = json_array(),
           *failed = json_array();

    report_rows(report, cell, &rows);
    vec_foreach (row, &rows.items) {
        if (row->kind == ROW_CELL)
            json_put_text(predicate, "result", results[row->outcome]);
        else
            json_append(row->outcome == ROW_PASSED                                ? passed
                        : row->outcome == ROW_FAILED || row->outcome == ROW_ERROR ? failed
                                                                                  : warned,
                        json_from_text(row->case_id));
    }
    json_put(predicate, "configuration", configuration_of(report, cell));
    json_put(predicate, "passedTests", passed);
    json_put(predicate, "warnedTests", warned);
    json_put(predicate, "failedTests", failed);
    json_put(predicate, "touchstone", about(report, cell));
    return predicate;
}

static void write_intoto(const struct report *report, FILE *out)
{
    vec_foreach (cell, &report->matrix.cells) {
        json_t *statement;

        if (!report_open(report, cell))
            continue;
        statement = json_object();
        json_put_text(statement, "_type", "https://in-toto.io/Statement/v1");
        json_put(statement, "subject", subject_of(&report->matrix.run, cell));
        json_put_text(statement, "predicateType",
                      "https://in-toto.io/attestation/test-result/v0.1");
        json_put(statement, "predicate", predicate_of(report, cell));
        json_build_line(statement, out);
        json_decref(statement);
        report_close(cell);
    }
}

REPORT_FORMAT(intoto, ".intoto.jsonl", "in-toto test-result/v0.1, a statement for each cell")
