/* SPDX-License-Identifier: Apache-2.0 */
/* The tables at the end of a form: cases, environment, digests. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "reports/form.h"
#include "reports/phrases.h"
#include "reports/programme_view.h"

static const struct programme_case *find_case(const struct programme_column *column, const char *id)
{
    vec_foreach (row, &column->cases)
        if (strcmp(row->id, id) == 0)
            return row;
    return NULL;
}

static void add_case_result(const struct form *form, const char *where,
                            const struct programme_case *row, struct buffer *out)
{
    enum form_text remark = !row->planned         ? FORM_TEXT_LEFT_OUT
                            : row->waiver != NULL ? FORM_TEXT_WAIVED
                            : row->flaky          ? FORM_TEXT_FLAKY
                                                  : FORM_TEXT_COUNT;

    buffer_format(out, "%s%s: %s", out->length > 0 ? "\n" : "", where, status_name(row->status));
    if (remark != FORM_TEXT_COUNT)
        buffer_format(out, " (%s)", form_text(form->language, remark));
    if (row->duration_ms > 0)
        buffer_format(out, " %.1f s", (double)row->duration_ms / 1000);
}

static void add_case_row(const struct form_subject *subject, const struct form *form,
                         const struct programme_case *first, struct form_block *table)
{
    const struct report *report = subject->report;
    const char *title = report_case_title(report, subject->status->suite, first->id);
    _cleanup_buffer_ struct buffer result = {0};
    enum form_style style = FORM_GOOD;

    vec_foreach (column, &subject->status->columns) {
        const struct programme_case *row = find_case(column, first->id);
        _cleanup_free_ char *name = programme_view_column(subject->status, column);

        if (row == NULL)
            continue;
        add_case_result(form, name, row, &result);
        if (row->status == STATUS_FAIL)
            style = FORM_BAD;
        else if (row->status != STATUS_PASS && style == FORM_GOOD)
            style = FORM_OPEN;
    }
    form_add_cell(table, FORM_CODE, first->id);
    form_add_cell(table, FORM_PLAIN, title);
    form_add_cell(table, FORM_PLAIN, phrase_item(report, first->item));
    form_add_cell(table, style, result.data);
}

void form_make_cases(const struct form_subject *subject, struct form *form)
{
    static const enum form_text heads[] = {FORM_TEXT_CASE, FORM_TEXT_CRITERION, FORM_TEXT_HEADING,
                                           FORM_TEXT_RESULT};
    static const unsigned widths[] = {17, 42, 12, 29};
    _cleanup_strv_ struct strv seen = {0};
    struct form_block *table;

    form_add(form, FORM_HEADING, FORM_PLAIN, form_text(form->language, FORM_TEXT_CASES));
    table = form_add_table(form, 4, heads, widths);
    vec_foreach (column, &subject->status->columns)
        vec_foreach (row, &column->cases) {
            if (strv_has(&seen, row->id))
                continue;
            strv_add(&seen, row->id);
            add_case_row(subject, form, row, table);
        }
}

static void add_basis_row(const struct form_subject *subject, struct form *form,
                          const struct programme_column *column, size_t item,
                          struct form_block **table)
{
    static const enum form_text heads[] = {FORM_TEXT_ITEM, FORM_TEXT_WHERE, FORM_TEXT_STATED};
    static const unsigned widths[] = {24, 14, 62};
    const struct programme_mark *mark = &column->marks.items[item];
    _cleanup_free_ char *name = programme_view_column(subject->status, column);
    _cleanup_free_ char *text =
        form_notes_text(subject->status->programme, &mark->basis, form->language);

    if (*table == NULL) {
        form_add(form, FORM_HEADING, FORM_PLAIN, form_text(form->language, FORM_TEXT_BASIS));
        *table = form_add_table(form, 3, heads, widths);
    }
    form_add_cell(*table, FORM_PLAIN,
                  subject->status->programme->items.items[item].title.in[form->language]);
    form_add_cell(*table, FORM_PLAIN, name);
    form_add_cell(*table, FORM_STATED, text);
}

/* What results rest on without having been measured, whatever they are. */
void form_make_basis(const struct form_subject *subject, struct form *form)
{
    const struct programme_status *status = subject->status;
    struct form_block *table = NULL;

    for (size_t i = 0; i < status->items.count; i++)
        vec_foreach (column, &status->columns)
            if (column->marks.items[i].basis.count > 0)
                add_basis_row(subject, form, column, i, &table);
}

static const char *measured(const struct matrix_cell *cell, const char *key)
{
    const struct result *latest = cell != NULL ? matrix_cell_latest(cell) : NULL;

    if (latest != NULL)
        vec_foreach (check, &latest->identity)
            if (strcmp(check->key, key) == 0)
                return check->measured;
    return NULL;
}

static char *image_text(const struct form_subject *subject, const struct programme_column *column)
{
    const struct image *image = report_image(subject->report, column->image);
    const char *stand_in = form_text(subject->report->language, FORM_TEXT_STAND_IN);

    if (image == NULL)
        return text_dup(column->image);
    return text_format("%s\n%s%s%s%s", image->title != NULL ? image->title : column->image,
                       column->stand_in ? stand_in : "", column->stand_in ? "\n" : "",
                       image->disk.path != NULL ? "sha256 " : "",
                       image->disk.path != NULL ? image->disk.sha256 : "");
}

void form_make_environment(const struct form_subject *subject, struct form *form)
{
    static const enum form_text heads[] = {FORM_TEXT_HARDWARE, FORM_TEXT_IMAGE, FORM_TEXT_OS,
                                           FORM_TEXT_KERNEL, FORM_TEXT_GRADE};
    static const unsigned widths[] = {18, 40, 14, 14, 14};
    const struct report *report = subject->report;
    struct form_block *table;

    form_add(form, FORM_HEADING, FORM_PLAIN, form_text(form->language, FORM_TEXT_ENVIRONMENT));
    table = form_add_table(form, 5, heads, widths);
    vec_foreach (column, &subject->status->columns) {
        const struct matrix_cell *cell = form_cell_of(report, column);
        _cleanup_free_ char *image = image_text(subject, column);
        _cleanup_free_ char *platform = text_format(
            "%s\n%s", column->platform, report_platform_title(report, column->platform));

        form_add_cell(table, FORM_PLAIN, platform);
        form_add_cell(table, FORM_PLAIN, image);
        form_add_cell(table, FORM_PLAIN, column->os);
        form_add_cell(table, FORM_PLAIN, measured(cell, "kernel"));
        form_add_cell(table, FORM_PLAIN, phrase_grade(report, column->grade));
    }
}

static void add_digest(const char *where, const struct programme_proof *proof,
                       struct form_block *table)
{
    form_add_cell(table, FORM_PLAIN, where);
    form_add_cell(table, FORM_CODE, proof->case_id);
    form_add_cell(table, FORM_CODE, proof->name);
    form_add_cell(table, FORM_CODE, proof->sha256);
}

/* Every piece once: those of cases, then the record that probes and values rest on. */
void form_make_evidence(const struct form_subject *subject, struct form *form)
{
    static const enum form_text heads[] = {FORM_TEXT_WHERE, FORM_TEXT_CASE, FORM_TEXT_NAME,
                                           FORM_TEXT_EVIDENCE};
    static const unsigned widths[] = {13, 15, 17, 55};
    struct form_block *table;

    form_add(form, FORM_HEADING, FORM_PLAIN, form_text(form->language, FORM_TEXT_DIGESTS));
    table = form_add_table(form, 4, heads, widths);
    vec_foreach (column, &subject->status->columns) {
        const struct matrix_cell *cell = form_cell_of(subject->report, column);
        _cleanup_free_ char *name = programme_view_column(subject->status, column);
        struct programme_proof record = {.name =
                                             (char *)form_text(form->language, FORM_TEXT_RECORD)};

        vec_foreach (row, &column->cases)
            vec_foreach (proof, &row->proofs)
                add_digest(name, proof, table);
        if (cell != NULL)
            memcpy(record.sha256, cell->cell.digest, sizeof(record.sha256));
        add_digest(name, &record, table);
    }
}
