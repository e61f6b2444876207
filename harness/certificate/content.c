/* SPDX-License-Identifier: Apache-2.0 */
/* Writes certificate.json. */
#include "certificate/content.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/json_write.h"
#include "model/image.h"
#include "model/result.h"
#include "reports/programme_view.h"

enum limit {
#define LIMIT(name, en, zh) LIMIT_##name,
#include "certificate/limits.def"
#undef LIMIT
    LIMIT_COUNT
};

static const char *const limit_texts[LIMIT_COUNT][LANGUAGE_COUNT] = {
#define LIMIT(name, en, zh) {en, zh},
#include "certificate/limits.def"
#undef LIMIT
};

void certificate_statement_done(struct certificate_statement *statement)
{
    free(statement->version);
    free(statement->identity);
    programme_subject_done(&statement->stated);
    certificate_scope_done(&statement->scope);
}

bool content_is_certificate(const struct judged *judged)
{
    return judged->status.reached >= 0;
}

static bool has_stated(const struct certificate_statement *statement)
{
    for (int field = 0; field < FIELD_COUNT; field++)
        if (statement->stated.stated[field] != NULL)
            return true;
    return false;
}

static bool is_partial(const struct judged *judged)
{
    vec_foreach (column, &judged->status.columns)
        if (column->partial)
            return true;
    return false;
}

/* A package of the product was recorded without its digest, by an older version. */
static bool has_undigested(const struct judged *judged)
{
    vec_foreach (cell, &judged->cells) {
        const struct result *latest = matrix_cell_latest(cell);

        if (latest != NULL)
            vec_foreach (part, &latest->prediction.parts)
                if (part->checked && part->sha256[0] == '\0' &&
                    (text_ends(part->name, ".deb") || text_ends(part->name, ".rpm")))
                    return true;
    }
    return false;
}

static bool limit_holds(enum limit limit, const struct judged *judged,
                        const struct certificate_statement *statement)
{
    switch (limit) {
    case LIMIT_STAND_IN:
        return programme_view_has_stand_in(&judged->status);
    case LIMIT_EMULATED:
        return programme_view_has_grade(&judged->status, GRADE_EMULATED);
    case LIMIT_REPORTED:
        return programme_view_has_grade(&judged->status, GRADE_REPORTED);
    case LIMIT_RECORD:
        return !content_is_certificate(judged);
    case LIMIT_PARTIAL:
        return is_partial(judged);
    case LIMIT_LEFT_OUT:
        return judged->left_out.count > 0;
    case LIMIT_PACKAGES:
        return has_undigested(judged);
    case LIMIT_STATED:
        return has_stated(statement);
    default:
        return true;
    }
}

void content_limits(const struct judged *judged, const struct certificate_statement *statement,
                    enum language language, bool standing, struct strv *ret_lines)
{
    for (enum limit limit = 0; limit < LIMIT_COUNT; limit++)
        if ((limit >= LIMIT_SIGNATURE) == standing && limit_holds(limit, judged, statement))
            strv_add(ret_lines, limit_texts[limit][language]);
}

char *content_title(const struct judged *judged, enum language language)
{
    static const char *const words[][LANGUAGE_COUNT] = {
        [LIMIT_STAND_IN] = {"STAND-IN", "替代镜像"},
        [LIMIT_EMULATED] = {"EMULATED", "仿真环境"},
        [LIMIT_REPORTED] = {"REPORTED", "外部报告"}};
    const struct programme_status *status = &judged->status;
    const struct programme *programme = judged->programme;
    bool zh = language == LANGUAGE_ZH, reached = content_is_certificate(judged);
    struct buffer text = {0};

    for (enum limit limit = LIMIT_STAND_IN; limit <= LIMIT_REPORTED; limit++)
        if (limit_holds(limit, judged, NULL))
            buffer_format(&text, "%s%s", text.length > 0 ? (zh ? "、" : ", ") : "",
                          words[limit][language]);
    if (text.length > 0)
        buffer_text(&text, zh ? "：" : ": ");
    buffer_text(&text, reached ? (zh ? "证书" : "Certificate") : (zh ? "测试记录" : "Test record"));
    buffer_format(&text, zh ? "：%s" : ": %s", programme->title.in[language]);
    if (reached)
        buffer_format(&text, zh ? "，%s" : ", %s",
                      programme->levels.items[status->reached].title.in[language]);
    else
        buffer_text(&text, zh ? "，未达到任何级别" : ", no level reached");
    buffer_format(&text, zh ? "：%s，%s" : ": %s on %s", status->suite, status->system);
    return buffer_steal(&text);
}

static void write_both(struct json_writer *to, const char *name, const struct programme_text *text)
{
    _cleanup_free_ char *zh = text_format("%s_zh", name);

    json_write_text(to, name, text != NULL ? text->in[LANGUAGE_EN] : NULL);
    json_write_text(to, zh, text != NULL ? text->in[LANGUAGE_ZH] : NULL);
}

static void write_titles(const struct judged *judged, struct json_writer *to)
{
    _cleanup_free_ char *en = content_title(judged, LANGUAGE_EN);
    _cleanup_free_ char *zh = content_title(judged, LANGUAGE_ZH);

    json_write_text(to, "title", en);
    json_write_text(to, "title_zh", zh);
}

static void write_list(struct json_writer *to, const char *name, const struct strv *list)
{
    json_write_array(to, name);
    for (size_t i = 0; i < list->count; i++)
        json_write_text(to, NULL, list->items[i]);
    json_write_end(to);
}

static void write_time(struct json_writer *to, const char *name, int64_t wall_ms)
{
    char text[CLOCK_TEXT_SIZE];

    clock_format(wall_ms, text);
    json_write_text(to, name, wall_ms != 0 ? text : NULL);
}

static void write_programme(const struct judged *judged, struct json_writer *to)
{
    const struct programme *programme = judged->programme;
    const struct programme_level *level =
        content_is_certificate(judged) ? &programme->levels.items[judged->status.reached] : NULL;

    json_write_text(to, "programme", programme->name);
    json_write_text(to, "programme_sha256", programme->file_sha256);
    json_write_text(to, "level", level != NULL ? level->id : NULL);
    write_both(to, "level_title", level != NULL ? &level->title : NULL);
    json_write_text(to, "suite", judged->status.suite);
    json_write_text(to, "system", judged->status.system);
}

static void write_statement(const struct certificate_statement *statement, struct json_writer *to)
{
    bool any = statement->valid_until[0] != '\0';

    write_time(to, "created", statement->created_ms);
    json_write_integer(to, "created_ms", statement->created_ms);
    json_write_text(to, "valid_until", any ? statement->valid_until : NULL);
    json_write_text(to, "identity", statement->identity);
    json_write_text(to, "version", statement->version);
    json_write_integer(to, "rules", statement->rules);
    /* Older certificates do not say it. */
    if (statement->attested)
        json_write_bool(to, "attested", true);
    json_write_object(to, "stated");
    for (int field = 0; field < FIELD_COUNT; field++)
        if (statement->stated.stated[field] != NULL)
            json_write_text(to, programme_field_words.names[field],
                            statement->stated.stated[field]);
    json_write_end(to);
}

static void write_run(const struct judged *judged, struct json_writer *to)
{
    const struct run_record *run = &judged->about->run;

    json_write_object(to, "run");
    json_write_text(to, "id", run->id);
    json_write_text(to, "state", run_state_name(run->state));
    write_time(to, "created", run->created_ms);
    write_time(to, "ended", run->ended_ms);
    json_write_integer(to, "ended_ms", run->ended_ms);
    json_write_integer(to, "records", (int64_t)judged->chain.lines);
    json_write_text(to, "last", judged->chain.last);
    json_write_end(to);
}

static void write_scope(const struct judged *judged, const struct certificate_statement *statement,
                        struct json_writer *to)
{
    unsigned defined = 0, planned = 0, judged_cases = 0, left_out = 0;

    vec_foreach (cell, &judged->cells) {
        defined += cell->judgement.defined;
        planned += cell->judgement.total;
        judged_cases += cell->judgement.judged;
        left_out += cell->judgement.required_left_out;
    }
    json_write_object(to, "scope");
    write_list(to, "images", &statement->scope.images);
    json_write_integer(to, "cells", (int64_t)judged->cells.count);
    json_write_integer(to, "cases_defined", defined);
    json_write_integer(to, "cases_planned", planned);
    json_write_integer(to, "cases_judged", judged_cases);
    json_write_integer(to, "required_left_out", left_out);
    write_list(to, "left_out", &judged->left_out);
    json_write_end(to);
}

static void write_attempts(const struct judged *judged, size_t cell, struct json_writer *to)
{
    json_write_array(to, "attempts");
    vec_foreach (record, &judged->records.items[cell].rows) {
        json_write_object(to, NULL);
        json_write_integer(to, "attempt", record->attempt);
        json_write_text(to, "sha256", record->sha256);
        json_write_end(to);
    }
    json_write_end(to);
}

/* Older records have none. */
static void write_package_digests(const struct matrix_cell *cell, struct json_writer *to)
{
    if (judged_packages(cell) == 0)
        return;
    json_write_array(to, "package_digests");
    vec_foreach (part, &matrix_cell_latest(cell)->prediction.parts) {
        if (!part->checked || part->sha256[0] == '\0')
            continue;
        json_write_object(to, NULL);
        json_write_text(to, "name", part->name);
        json_write_text(to, "sha256", part->sha256);
        json_write_end(to);
    }
    json_write_end(to);
}

static void write_gaps(const struct result *latest, struct json_writer *to)
{
    json_write_array(to, "gaps");
    if (latest != NULL)
        vec_foreach (gap, &latest->gaps.rows) {
            json_write_object(to, NULL);
            json_write_text(to, "kind", gap_kind_name(gap->kind));
            json_write_text(to, "feature", gap->feature);
            json_write_end(to);
        }
    json_write_end(to);
}

/* A column has the cell of the same place. */
static void write_cells(const struct judged *judged, struct json_writer *to)
{
    json_write_array(to, "cells");
    for (size_t i = 0; i < judged->cells.count; i++) {
        const struct matrix_cell *cell = &judged->cells.items[i];
        const struct programme_column *column = &judged->status.columns.items[i];

        json_write_object(to, NULL);
        json_write_text(to, "image", cell->cell.image);
        json_write_text(to, "platform", cell->cell.platform);
        json_write_text(to, "grade", grade_name(column->grade));
        json_write_text(to, "os", column->os);
        json_write_bool(to, "stand_in", column->stand_in);
        json_write_bool(to, "image_known", column->image_known);
        json_write_text(to, "verdict", verdict_name(cell->judgement.verdict));
        json_write_text(to, "reason", cell->judgement.reason);
        json_write_integer(to, "cases_defined", cell->judgement.defined);
        json_write_integer(to, "cases_planned", cell->judgement.total);
        json_write_integer(to, "cases_judged", cell->judgement.judged);
        json_write_bool(to, "partial", cell->judgement.partial);
        json_write_text(to, "product_version", column->version);
        write_list(to, "packages", &column->product);
        write_package_digests(cell, to);
        write_gaps(matrix_cell_latest(cell), to);
        write_attempts(judged, i, to);
        json_write_end(to);
    }
    json_write_end(to);
}

static void write_images(const struct judged *judged, struct json_writer *to)
{
    json_write_array(to, "images");
    vec_foreach (image, &judged->images) {
        json_write_object(to, NULL);
        json_write_text(to, "name", (*image)->name);
        json_write_text(to, "title", (*image)->title);
        json_write_text(to, "os_id", (*image)->os_id);
        json_write_text(to, "os_version", (*image)->os_version);
        json_write_text(to, "arch", arch_name((*image)->arch));
        json_write_bool(to, "stand_in", (*image)->stand_in);
        json_write_text(to, "disk_sha256",
                        (*image)->disk.path != NULL ? (*image)->disk.sha256 : NULL);
        json_write_text(to, "file_sha256", (*image)->file_sha256);
        json_write_end(to);
    }
    json_write_end(to);
}

/* Platforms, images, suites and features as they were when the run was planned. */
static void write_inputs(const struct judged *judged, struct json_writer *to)
{
    json_write_array(to, "inputs");
    vec_foreach (input, &judged->about->run.inputs) {
        if (strcmp(input->kind, "suite") == 0 && strcmp(input->name, judged->status.suite) != 0)
            continue;
        json_write_object(to, NULL);
        json_write_text(to, "kind", input->kind);
        json_write_text(to, "name", input->name);
        json_write_text(to, "sha256", input->sha256);
        json_write_end(to);
    }
    json_write_end(to);
}

static void write_limits(const struct judged *judged, const struct certificate_statement *statement,
                         struct json_writer *to)
{
    _cleanup_strv_ struct strv en = {0}, zh = {0};

    for (int standing = 0; standing < 2; standing++) {
        content_limits(judged, statement, LANGUAGE_EN, standing, &en);
        content_limits(judged, statement, LANGUAGE_ZH, standing, &zh);
    }
    json_write_array(to, "limits");
    for (size_t i = 0; i < en.count; i++) {
        json_write_object(to, NULL);
        json_write_text(to, "text", en.items[i]);
        json_write_text(to, "text_zh", zh.items[i]);
        json_write_end(to);
    }
    json_write_end(to);
}

void content_write(const struct judged *judged, const struct certificate_statement *statement,
                   struct json_writer *to)
{
    json_write_object(to, NULL);
    write_titles(judged, to);
    json_write_format(to, CONTENT_FORMAT, CONTENT_VERSION);
    json_write_text(to, "kind", content_is_certificate(judged) ? "certificate" : "record");
    write_programme(judged, to);
    write_statement(statement, to);
    write_run(judged, to);
    write_scope(judged, statement, to);
    write_cells(judged, to);
    write_images(judged, to);
    write_inputs(judged, to);
    write_limits(judged, statement, to);
    json_write_array(to, "status");
    programme_view_write(NULL, &judged->status, JUDGED_PROGRAMME, to);
    json_write_end(to);
    json_write_end(to);
}
