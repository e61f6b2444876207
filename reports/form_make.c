/* SPDX-License-Identifier: Apache-2.0 */
/* Makes a form: title, conclusion, head, items, and what was not tested. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "reports/again.h"
#include "reports/form.h"
#include "reports/programme_command.h"
#include "reports/programme_view.h"

enum { SHORT_DIGEST = 16 };

static const char *say(const struct form *form, enum form_text which)
{
    return form_text(form->language, which);
}

/* What qualifies all results stands in the title itself. */
static void add_title(const struct form_subject *subject, struct form *form)
{
    const struct programme_status *status = subject->status;
    const struct run_record *run = &subject->report->matrix.run;
    const struct {
        bool holds;
        enum form_text text, notice;
    } rows[] = {
        {programme_view_has_stand_in(status), FORM_TEXT_STAND_IN, FORM_TEXT_STAND_IN_NOTICE},
        {programme_view_has_grade(status, GRADE_EMULATED), FORM_TEXT_EMULATED,
         FORM_TEXT_EMULATED_NOTICE},
        {programme_view_has_grade(status, GRADE_REPORTED), FORM_TEXT_REPORTED,
         FORM_TEXT_REPORTED_NOTICE},
        {run->state != RUN_ENDED, FORM_TEXT_UNFINISHED, FORM_TEXT_COUNT},
        {run->plan.aside, FORM_TEXT_ASIDE, FORM_TEXT_COUNT},
    };
    _cleanup_buffer_ struct buffer title = {0};
    bool any = false, zh = form->language == LANGUAGE_ZH;

    buffer_format(&title, zh ? "%s %s" : "%s, %s", status->programme->title.in[form->language],
                  say(form, FORM_TEXT_TEST_REPORT));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (!rows[i].holds)
            continue;
        buffer_format(&title, "%s%s", any ? (zh ? "，" : ", ") : (zh ? "（" : " ("),
                      say(form, rows[i].text));
        any = true;
    }
    buffer_text(&title, !any ? "" : zh ? "）" : ")");
    form->title = text_dup(title.data);
    form_add(form, FORM_TITLE, FORM_PLAIN, title.data);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (rows[i].holds && rows[i].notice != FORM_TEXT_COUNT)
            form_add(form, FORM_NOTICE, FORM_OPEN, say(form, rows[i].notice));
}

static void add_conclusion(const struct form_subject *subject, struct form *form)
{
    static const enum form_text heads[] = {FORM_TEXT_LEVEL, FORM_TEXT_CONCLUSION,
                                           FORM_TEXT_MISSING};
    static const unsigned widths[] = {32, 14, 54};
    const struct programme_status *status = subject->status;
    struct form_block *table;

    form_add(form, FORM_HEADING, FORM_PLAIN, say(form, FORM_TEXT_CONCLUSION));
    table = form_add_table(form, 3, heads, widths);
    for (size_t i = 0; i < status->levels.count; i++) {
        const struct programme_level_state *level = &status->levels.items[i];
        _cleanup_free_ char *missing =
            form_notes_text(status->programme, &level->missing, form->language);
        _cleanup_free_ char *text =
            text_format("%s %s", level->reached ? "✔" : "✖",
                        say(form, level->reached ? FORM_TEXT_REACHED : FORM_TEXT_NOT_REACHED));

        form_add_cell(table, FORM_PLAIN,
                      status->programme->levels.items[i].title.in[form->language]);
        form_add_cell(table, level->reached ? FORM_GOOD : FORM_BAD, text);
        form_add_cell(table, FORM_PLAIN, missing);
    }
}

static void add_head(const struct form_subject *subject, struct form *form)
{
    static const enum form_text heads[] = {FORM_TEXT_FIELD, FORM_TEXT_VALUE, FORM_TEXT_SOURCE};
    static const unsigned widths[] = {22, 53, 25};
    struct form_block *table;

    form_add(form, FORM_HEADING, FORM_PLAIN, say(form, FORM_TEXT_BASICS));
    table = form_add_table(form, 3, heads, widths);
    vec_foreach (field, &subject->status->programme->fields) {
        enum form_text source;
        _cleanup_free_ char *value = form_field_value(subject, *field, &source);

        form_add_cell(table, FORM_PLAIN, say(form, form_field_name(*field)));
        form_add_cell(table, source == FORM_TEXT_STATED ? FORM_STATED : FORM_PLAIN, value);
        form_add_cell(table, source == FORM_TEXT_STATED ? FORM_STATED : FORM_PLAIN,
                      say(form, source));
    }
}

/* " (text)", in the brackets of the language; "" for FORM_TEXT_COUNT. Caller frees. */
static char *in_brackets(const struct form *form, enum form_text text)
{
    if (text == FORM_TEXT_COUNT)
        return text_dup("");
    return text_format(form->language == LANGUAGE_ZH ? "（%s）" : " (%s)", say(form, text));
}

/* `remark`: see programme_mark_remark. */
static char *state_text(const struct form *form, enum programme_state state,
                        enum programme_why remark)
{
    _cleanup_free_ char *remarked = in_brackets(form, remark == WHY_COUNT   ? FORM_TEXT_COUNT
                                                      : remark == WHY_FLAKY ? FORM_TEXT_FLAKY
                                                                            : FORM_TEXT_IN_PART);

    return text_format("%s %s%s", form_state_sign(state), form_state_name(form->language, state),
                       remarked);
}

/* "✔ passed" where all platforms say so, else a line for each. */
static char *result_text(const struct form_subject *subject, const struct form *form, size_t item)
{
    const struct programme_status *status = subject->status;
    struct buffer out = {0};

    if (status->columns.count == 0)
        return state_text(form, PROGRAMME_NOT_MEASURED, WHY_COUNT);
    vec_foreach (column, &status->columns) {
        const struct programme_mark *mark = &column->marks.items[item];
        _cleanup_free_ char *state = state_text(form, mark->state, programme_mark_remark(mark));
        _cleanup_free_ char *name = programme_view_column(status, column);

        buffer_format(&out, "%s%s: %s", out.length > 0 ? "\n" : "", name, state);
    }
    return buffer_steal(&out);
}

/* The record of a cell is no outcome: it has no status. */
static void add_proof(const struct programme_proof *proof, const char *where, struct strv *seen,
                      struct buffer *out)
{
    bool of_case = proof->case_id != NULL;
    _cleanup_free_ char *text = text_format(
        "%s %s%s%s%s%s %.*s", where, of_case ? proof->case_id : "", of_case ? " " : "", proof->name,
        of_case ? " " : "", of_case ? status_name(proof->status) : "", SHORT_DIGEST, proof->sha256);

    if (strv_has(seen, text))
        return;
    strv_add(seen, text);
    buffer_format(out, "%s%s", out->length > 0 ? "\n" : "", text);
}

static char *evidence_text(const struct form_subject *subject, const struct form *form, size_t item)
{
    _cleanup_strv_ struct strv seen = {0};
    struct buffer out = {0};

    vec_foreach (column, &subject->status->columns) {
        _cleanup_free_ char *name = programme_view_column(subject->status, column);

        vec_foreach (proof, &column->marks.items[item].proofs)
            add_proof(proof, name, &seen, &out);
    }
    if (out.length == 0)
        buffer_text(&out, say(form, FORM_TEXT_NO_EVIDENCE));
    return buffer_steal(&out);
}

static void add_items(const struct form_subject *subject, struct form *form)
{
    static const enum form_text heads[] = {FORM_TEXT_CLASS, FORM_TEXT_ITEM, FORM_TEXT_CRITERION,
                                           FORM_TEXT_RESULT, FORM_TEXT_EVIDENCE};
    static const unsigned widths[] = {17, 25, 23, 17, 18};
    const struct programme *programme = subject->status->programme;
    struct form_block *table;

    form_add(form, FORM_HEADING, FORM_PLAIN, say(form, FORM_TEXT_ITEMS));
    table = form_add_table(form, 5, heads, widths);
    for (size_t i = 0; i < programme->items.count; i++) {
        const struct programme_item *item = &programme->items.items[i];
        _cleanup_free_ char *result = result_text(subject, form, i);
        _cleanup_free_ char *evidence = evidence_text(subject, form, i);

        form_add_cell(table, FORM_PLAIN, item->class.in[form->language]);
        form_add_cell(table, FORM_PLAIN, item->title.in[form->language]);
        form_add_cell(table, FORM_PLAIN, item->criterion.in[form->language]);
        form_add_cell(table, form_state_style(subject->status->items.items[i]), result);
        form_add_cell(table, FORM_CODE, evidence);
    }
}

static void add_untested_row(const struct form_subject *subject, const struct form *form,
                             size_t item, const char *where, const struct programme_mark *mark,
                             struct form_block *table)
{
    const struct programme *programme = subject->status->programme;
    _cleanup_free_ char *state = state_text(form, mark->state, programme_mark_remark(mark));
    _cleanup_free_ char *why = form_notes_text(programme, &mark->notes, form->language);

    form_add_cell(table, FORM_PLAIN, programme->items.items[item].title.in[form->language]);
    form_add_cell(table, FORM_PLAIN, where);
    form_add_cell(table, form_state_style(mark->state), state);
    form_add_cell(table, FORM_PLAIN, why);
}

/* The run has no platform that the programme is about, so nothing of it was tested. */
static void add_untested_everywhere(const struct form_subject *subject, const struct form *form,
                                    struct form_block *table)
{
    const struct programme *programme = subject->status->programme;
    _cleanup_free_ char *patterns = strv_join(&programme->platforms, ", ");
    struct programme_mark mark = {.state = PROGRAMME_NOT_MEASURED};

    programme_notes_add(&mark.notes, WHY_NO_PLATFORM, patterns, NULL);
    for (size_t i = 0; i < programme->items.count; i++)
        add_untested_row(subject, form, i, patterns, &mark, table);
    programme_notes_done(&mark.notes);
}

/* The command for each platform and kind, once. */
static void add_commands(const struct form_subject *subject, struct form *form)
{
    static const enum programme_state kinds[] = {PROGRAMME_NOT_MEASURED, PROGRAMME_NEEDS_HARDWARE};
    const struct programme_status *status = subject->status;

    vec_foreach (column, &status->columns)
        for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
            _cleanup_free_ char *command =
                programme_command(subject->report, status->programme, column, kinds[i]);
            _cleanup_free_ char *where =
                in_brackets(form, kinds[i] == PROGRAMME_NEEDS_HARDWARE ? FORM_TEXT_ON_HARDWARE
                                                                       : FORM_TEXT_COUNT);
            _cleanup_free_ char *text = NULL;

            if (command == NULL)
                continue;
            text = text_format(form->language == LANGUAGE_ZH ? "%s%s：" : "%s%s:",
                               say(form, FORM_TEXT_COMMAND), where);
            form_add(form, FORM_PARAGRAPH, FORM_PLAIN, text);
            form_add(form, FORM_PARAGRAPH, FORM_CODE, command);
        }
}

static void add_untested(const struct form_subject *subject, struct form *form)
{
    static const enum form_text heads[] = {FORM_TEXT_ITEM, FORM_TEXT_WHERE, FORM_TEXT_RESULT,
                                           FORM_TEXT_WHY};
    static const unsigned widths[] = {24, 14, 18, 44};
    const struct programme_status *status = subject->status;
    struct form_block *table = NULL;

    form_add(form, FORM_HEADING, FORM_PLAIN, say(form, FORM_TEXT_NOT_TESTED));
    if (status->columns.count == 0)
        add_untested_everywhere(subject, form, form_add_table(form, 4, heads, widths));
    for (size_t i = 0; i < status->items.count; i++)
        vec_foreach (column, &status->columns) {
            const struct programme_mark *mark = &column->marks.items[i];
            _cleanup_free_ char *where = programme_view_column(status, column);

            if (mark->state == PROGRAMME_PASSED && programme_mark_remark(mark) == WHY_COUNT)
                continue;
            if (table == NULL)
                table = form_add_table(form, 4, heads, widths);
            add_untested_row(subject, form, i, where, mark, table);
        }
    if (status->columns.count > 0 && table == NULL)
        form_add(form, FORM_PARAGRAPH, FORM_PLAIN, say(form, FORM_TEXT_EVERYTHING));
    add_commands(subject, form);
}

static void add_signatures(const struct form_subject *subject, struct form *form)
{
    static const enum form_text heads[] = {FORM_TEXT_FIELD, FORM_TEXT_VALUE, FORM_TEXT_SIGNATURE,
                                           FORM_TEXT_DATE};
    static const enum programme_field fields[] = {FIELD_TESTER, FIELD_REVIEWER};
    static const unsigned widths[] = {20, 30, 30, 20};
    struct form_block *table;

    form_add(form, FORM_HEADING, FORM_PLAIN, say(form, FORM_TEXT_SIGNATURES));
    table = form_add_table(form, 4, heads, widths);
    for (size_t i = 0; i < 2; i++) {
        const char *stated = subject->stated->stated[fields[i]];

        form_add_cell(table, FORM_PLAIN, say(form, form_field_name(fields[i])));
        form_add_cell(table, stated != NULL ? FORM_STATED : FORM_PLAIN, stated);
        form_add_cell(table, FORM_PLAIN, "\n");
        form_add_cell(table, FORM_PLAIN, "");
    }
}

static void add_foot(const struct form_subject *subject, struct form *form)
{
    _cleanup_buffer_ struct buffer command = {0};

    again_program(&command);
    buffer_format(&command, " programme status %s --programme %s --suite %s",
                  subject->report->matrix.run.id, subject->status->programme->name,
                  subject->status->suite);
    form_add(form, FORM_PARAGRAPH, FORM_PLAIN, say(form, FORM_TEXT_FOOT));
    form_add(form, FORM_PARAGRAPH, FORM_CODE, command.data);
}

void form_make(const struct form_subject *subject, struct form *ret_form)
{
    struct form form = {.language = subject->report->language};

    add_title(subject, &form);
    add_head(subject, &form);
    add_conclusion(subject, &form);
    add_items(subject, &form);
    add_untested(subject, &form);
    form_make_basis(subject, &form);
    form_make_cases(subject, &form);
    form_make_environment(subject, &form);
    add_signatures(subject, &form);
    form_make_evidence(subject, &form);
    add_foot(subject, &form);
    *ret_form = form;
}
