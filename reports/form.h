/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The form of a certification programme: what a partner hands in. It is made once, as headings,
 * paragraphs and tables in the language of the report, and then written as a page (HTML) or as a
 * document (Office Open XML). Results come from the status only; what the subject states is marked
 * as stated.
 */
#ifndef TS_REPORTS_FORM_H
#define TS_REPORTS_FORM_H

#include <stdio.h>

#include "base/text.h"
#include "base/vec.h"
#include "judge/programme.h"
#include "reports/report.h"

struct error;
struct json_writer;

enum form_style {
    FORM_PLAIN,
    FORM_GOOD,
    FORM_BAD,
    FORM_OPEN,
    FORM_STATED,
    FORM_CODE,
    FORM_STYLE_COUNT
};

/* Lines of text, one a paragraph, escaped for display. */
struct form_cell {
    char *text;
    enum form_style style;
};

enum form_kind { FORM_TITLE, FORM_HEADING, FORM_NOTICE, FORM_PARAGRAPH, FORM_TABLE };

struct form_block {
    enum form_kind kind;
    struct form_cell text; /* all but tables */
    size_t columns;        /* a table's; its first row is the head */
    unsigned widths[6];    /* of its columns, in percent */
    VEC(struct form_cell) cells;
};

struct form {
    enum language language;
    char *title;
    VEC(struct form_block) blocks;
};
void form_done(struct form *form);

/* What a form is made of; borrowed. */
struct form_subject {
    const struct report *report;
    const struct programme_status *status;
    const struct programme_subject *stated;
    const char *programme_path;
};
void form_make(const struct form_subject *subject, struct form *ret_form);

void form_write_html(const struct form *form, FILE *out);
/* time_ms: wall clock, the time of the files in the document. */
int form_write_docx(const struct form *form, int64_t time_ms, FILE *out, struct error **err);
/* The complete document of data. */
void form_write_json(const struct form_subject *subject, struct json_writer *to);

/* --- for the parts that make it --------------------------------------------------------------- */

enum form_text {
#define FORM(name, en, zh) FORM_TEXT_##name,
#include "reports/form.def"
#undef FORM
    FORM_TEXT_COUNT
};
const char *form_text(enum language language, enum form_text which);

struct form_block *form_add(struct form *form, enum form_kind kind, enum form_style style,
                            const char *text);
/* A table with these headings; widths in percent. */
struct form_block *form_add_table(struct form *form, size_t columns, const enum form_text *heads,
                                  const unsigned *widths);
void form_add_cell(struct form_block *table, enum form_style style, const char *text);

/* The value of a field in the head of the form, and where it comes from. Caller frees. */
char *form_field_value(const struct form_subject *subject, enum programme_field field,
                       enum form_text *ret_source);
enum form_text form_field_name(enum programme_field field);

/* A line for each note, which names items and levels as the form does. Caller frees. */
char *form_notes_text(const struct programme *programme, const struct programme_notes *notes,
                      enum language language);

/* "✔ passed", and its style. */
const char *form_state_sign(enum programme_state state);
enum form_style form_state_style(enum programme_state state);
const char *form_state_name(enum language language, enum programme_state state);

/* The cell of a column in the report; NULL: there is none. */
const struct matrix_cell *form_cell_of(const struct report *report,
                                       const struct programme_column *column);

void form_make_basis(const struct form_subject *subject, struct form *form);
void form_make_cases(const struct form_subject *subject, struct form *form);
void form_make_environment(const struct form_subject *subject, struct form *form);
void form_make_evidence(const struct form_subject *subject, struct form *form);

#endif
