/* SPDX-License-Identifier: Apache-2.0 */
/* A cell as an in-toto Statement with the predicate test-result/v0.1, and the list of all files
 * that follow from what was judged. */
#include <string.h>

#include "base/cleanup.h"
#include "base/json_write.h"
#include "certificate/content.h"
#include "model/image.h"

void content_write_cells(const struct judged *judged, struct json_writer *to)
{
    json_write_array(to, "cells");
    for (size_t i = 0; i < judged->cells.count; i++) {
        const struct programme_column *column = &judged->status.columns.items[i];

        json_write_object(to, NULL);
        json_write_text(to, "image", column->image);
        json_write_text(to, "platform", column->platform);
        json_write_text(to, "grade", grade_name(column->grade));
        json_write_bool(to, "stand_in", column->stand_in);
        json_write_text(to, "verdict", verdict_name(judged->cells.items[i].judgement.verdict));
        json_write_end(to);
    }
    json_write_end(to);
}

void content_write_resource(struct json_writer *to, const char *name, const char *sha256)
{
    json_write_object(to, NULL);
    json_write_text(to, "name", name);
    json_write_object(to, "digest");
    json_write_text(to, "sha256", sha256);
    json_write_end(to);
    json_write_end(to);
}

/* The suite contains the product's files; the disk is what it was tested on. */
static void write_subject(const struct judged *judged, const struct matrix_cell *cell,
                          struct json_writer *to)
{
    const struct run_input *suite = run_find_input(&judged->about->run, "suite", cell->cell.suite);
    const struct image *image = judged_image(judged, cell->cell.image);

    json_write_array(to, "subject");
    if (suite != NULL)
        content_write_resource(to, cell->cell.suite, suite->sha256);
    if (image != NULL && image->disk.path != NULL)
        content_write_resource(to, cell->cell.image, image->disk.sha256);
    json_write_end(to);
}

static void write_cases(struct json_writer *to, const char *name,
                        const struct programme_column *column, bool (*is)(enum status status))
{
    json_write_array(to, name);
    vec_foreach (row, &column->cases)
        if (row->planned && is(row->status))
            json_write_text(to, NULL, row->id);
    json_write_end(to);
}

static bool is_passed(enum status status)
{
    return status == STATUS_PASS;
}

static bool is_failed(enum status status)
{
    return status == STATUS_FAIL;
}

static bool is_undecided(enum status status)
{
    return status != STATUS_PASS && status != STATUS_FAIL;
}

void content_write_result(const struct judged *judged, size_t at, struct json_writer *to)
{
    static const char *const results[VERDICT_COUNT] = {[VERDICT_NOT_ASSESSED] = "FAILED",
                                                       [VERDICT_INCOMPATIBLE] = "FAILED",
                                                       [VERDICT_CONDITIONAL] = "WARNED",
                                                       [VERDICT_COMPATIBLE] = "PASSED"};
    const struct matrix_cell *cell = &judged->cells.items[at];
    const struct programme_column *column = &judged->status.columns.items[at];

    json_write_object(to, NULL);
    json_write_text(to, "_type", "https://in-toto.io/Statement/v1");
    write_subject(judged, cell, to);
    json_write_text(to, "predicateType", "https://in-toto.io/attestation/test-result/v0.1");
    json_write_object(to, "predicate");
    json_write_text(to, "result", results[cell->judgement.verdict]);
    json_write_array(to, "configuration");
    content_write_resource(to, JUDGED_PROGRAMME, judged->programme->file_sha256);
    vec_foreach (record, &judged->records.items[at].rows)
        content_write_resource(to, "record", record->sha256);
    json_write_end(to);
    write_cases(to, "passedTests", column, is_passed);
    write_cases(to, "warnedTests", column, is_undecided);
    write_cases(to, "failedTests", column, is_failed);
    json_write_object(to, "touchstone");
    json_write_text(to, "run", judged->about->run.id);
    json_write_text(to, "image", cell->cell.image);
    json_write_text(to, "platform", cell->cell.platform);
    json_write_text(to, "suite", cell->cell.suite);
    json_write_text(to, "grade", grade_name(column->grade));
    json_write_bool(to, "stand_in", column->stand_in);
    json_write_text(to, "verdict", verdict_name(cell->judgement.verdict));
    json_write_end(to);
    json_write_end(to);
    json_write_end(to);
}

char *content_result_name(const struct judged *judged, size_t at)
{
    const struct cell_record *cell = &judged->cells.items[at].cell;

    return text_format("results/%s.%s.%s.json", cell->image, cell->platform, cell->suite);
}

static int emit_results(const struct judged *judged, content_sink *sink, void *with,
                        struct error **err)
{
    int code = 0;

    for (size_t i = 0; code == 0 && i < judged->cells.count; i++) {
        _cleanup_(json_writer_done) struct json_writer to = {.sink = NULL};
        _cleanup_free_ char *name = content_result_name(judged, i);

        content_write_result(judged, i, &to);
        code = sink(with, name, &to.text, err);
    }
    return code;
}

static int emit_page(const struct judged *judged, const struct certificate_statement *statement,
                     enum language language, const char *name, content_sink *sink, void *with,
                     struct error **err)
{
    _cleanup_buffer_ struct buffer text = {0};

    content_write_page(judged, statement, language, &text);
    return sink(with, name, &text, err);
}

int content_derive(const struct judged *judged, const struct certificate_statement *statement,
                   content_sink *sink, void *with, struct error **err)
{
    _cleanup_(json_writer_done) struct json_writer to = {.sink = NULL};
    _cleanup_buffer_ struct buffer verify = {0};
    int code;

    content_write(judged, statement, &to);
    content_write_verify(statement, &verify);
    code = sink(with, CONTENT_FILE, &to.text, err);
    if (code == 0)
        code = emit_page(judged, statement, LANGUAGE_EN, CONTENT_PAGE, sink, with, err);
    if (code == 0)
        code = emit_page(judged, statement, LANGUAGE_ZH, CONTENT_PAGE_ZH, sink, with, err);
    if (code == 0)
        code = sink(with, CONTENT_VERIFY, &verify, err);
    return code == 0 ? emit_results(judged, sink, with, err) : code;
}
