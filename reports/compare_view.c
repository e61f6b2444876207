/* SPDX-License-Identifier: Apache-2.0 */
/* Prints a comparison: values of the same class and reason stand together. */
#include "reports/compare_view.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/translate.h"
#include "reports/matrix_view.h"

enum { VALUE_BYTES = 120, KEY_BYTES = 120, WHY_BYTES = 400 };

static const struct {
    const char *title;
    enum table_colour colour;
} classes[COMPARE_CLASS_COUNT] = {
    [COMPARE_EQUAL] = {"equal", TABLE_GREEN},
    [COMPARE_EXPECTED] = {"expected", TABLE_PLAIN},
    [COMPARE_REVIEW] = {"to review", TABLE_YELLOW},
    [COMPARE_BREAKING] = {"breaking", TABLE_RED},
};

static bool has_several_runs(const struct comparison *of)
{
    vec_foreach (column, &of->columns)
        if (strcmp(column->run, of->columns.items[0].run) != 0)
            return true;
    return false;
}

static void name_column(const struct comparison *of, size_t place, struct buffer *out)
{
    const struct compare_column *column = &of->columns.items[place];

    buffer_format(out, "%s/%s", column->image, column->platform);
    if (has_several_runs(of))
        buffer_format(out, "@%s", column->run);
}

static void print_columns(const struct comparison *of, bool colour, struct buffer *out)
{
    struct table table = {.columns = 4};

    for (size_t i = 0; i < of->columns.count; i++) {
        const struct compare_column *column = &of->columns.items[i];
        _cleanup_buffer_ struct buffer name = {0};

        name_column(of, i, &name);
        table_add(&table, name.data, TABLE_PLAIN);
        table_add(&table, column->grade == GRADE_NONE ? "-" : grade_name(column->grade),
                  TABLE_PLAIN);
        table_add(&table, verdict_name(column->verdict), matrix_view_colour(column->verdict));
        if (column->left_out != NULL)
            table_format(&table, TABLE_YELLOW, _("not compared: %s"), column->left_out);
        else
            table_add(&table, i == of->reference ? _("the reference") : "", TABLE_PLAIN);
    }
    table_print(&table, "  ", colour, out);
    table_done(&table);
}

static void print_text(const char *text, struct buffer *out)
{
    if (text == NULL)
        buffer_text(out, "-");
    else
        matrix_view_line(text, VALUE_BYTES, out);
}

static bool is_like(const struct compare_value *a, const struct compare_value *b)
{
    return a->class == b->class && text_equal(a->text, b->text) &&
           text_equal(a->why[LANGUAGE_EN], b->why[LANGUAGE_EN]);
}

static bool is_compared(const struct comparison *of, size_t column)
{
    return column != of->reference && of->columns.items[column].left_out == NULL;
}

/* The columns with the value of this one, if none before has it. */
static bool name_columns(const struct comparison *of, const struct compare_row *row, size_t first,
                         const char *indent, struct buffer *out)
{
    const struct compare_value *value = &row->values.items[first];

    for (size_t i = 0; i < first; i++)
        if (is_compared(of, i) && is_like(&row->values.items[i], value))
            return false;
    for (size_t i = first; i < row->values.count; i++) {
        if (!is_compared(of, i) || !is_like(&row->values.items[i], value))
            continue;
        buffer_format(out, "%s", i > first ? ", " : indent);
        name_column(of, i, out);
    }
    return true;
}

/* The values that differ, one line for all columns that have the same one. */
static void print_values(const struct comparison *of, const struct compare_row *row,
                         enum compare_class class, struct buffer *out)
{
    const char *indent = class == COMPARE_EXPECTED ? "      " : "    ";

    for (size_t i = 0; i < row->values.count; i++) {
        const struct compare_value *value = &row->values.items[i];

        if (!is_compared(of, i) || value->class != class || !name_columns(of, row, i, indent, out))
            continue;
        buffer_text(out, "  ");
        print_text(value->text, out);
        if (class > COMPARE_EXPECTED) {
            buffer_text(out, ": ");
            matrix_view_line(value->why[LANGUAGE_EN], WHY_BYTES, out);
        }
        buffer_text(out, "\n");
    }
}

/* The value of the reference, then those of the class. The reasons of expected ones are above. */
static void print_row(const struct comparison *of, const struct compare_row *row,
                      enum compare_class class, struct buffer *out)
{
    buffer_format(out, "%s%s", class == COMPARE_EXPECTED ? "    " : "  ",
                  compare_kind_name(row->kind));
    if (row->case_id != NULL)
        buffer_format(out, " %s", row->case_id);
    if (row->key != NULL) {
        buffer_text(out, " ");
        matrix_view_line(row->key, KEY_BYTES, out);
    }
    buffer_text(out, "  ");
    print_text(row->values.items[of->reference].text, out);
    if (row->unit != NULL) {
        buffer_text(out, " ");
        matrix_view_line(row->unit, KEY_BYTES, out);
    }
    buffer_text(out, "\n");
    print_values(of, row, class, out);
}

/* The reason of the first value of the class; NULL: no value is of it. */
static const char *reason_of(const struct comparison *of, const struct compare_row *row,
                             enum compare_class class)
{
    for (size_t i = 0; i < row->values.count; i++) {
        const struct compare_value *value = &row->values.items[i];

        if (is_compared(of, i) && value->class == class)
            return value->why[LANGUAGE_EN] != NULL ? value->why[LANGUAGE_EN] : "";
    }
    return NULL;
}

static void print_heading(const struct comparison *of, enum compare_class class, bool colour,
                          struct buffer *out)
{
    buffer_text(out, "\n");
    table_paint(out, classes[class].title, classes[class].colour, colour);
    buffer_format(out, " (%u)\n", of->counts[class]);
}

/* The explanation of an expected difference is written once, above all rows that it explains. */
static void print_expected(const struct comparison *of, struct buffer *out)
{
    _cleanup_strv_ struct strv done = {0};

    vec_foreach (first, &of->rows) {
        const char *why = reason_of(of, first, COMPARE_EXPECTED);

        if (why == NULL || strv_has(&done, why))
            continue;
        strv_add(&done, why);
        buffer_text(out, "  ");
        matrix_view_line(why, WHY_BYTES, out);
        buffer_text(out, "\n");
        vec_foreach (row, &of->rows)
            if (text_equal(reason_of(of, row, COMPARE_EXPECTED), why))
                print_row(of, row, COMPARE_EXPECTED, out);
    }
}

static void print_class(const struct comparison *of, enum compare_class class, bool colour,
                        struct buffer *out)
{
    if (of->counts[class] == 0)
        return;
    print_heading(of, class, colour, out);
    if (class == COMPARE_EXPECTED) {
        print_expected(of, out);
        return;
    }
    vec_foreach (row, &of->rows)
        if (reason_of(of, row, class) != NULL)
            print_row(of, row, class, out);
}

void compare_view_text(const struct comparison *comparison, bool all, bool colour,
                       struct buffer *out)
{
    const unsigned *counts = comparison->counts;
    unsigned total = 0;

    for (enum compare_class class = 0; class < COMPARE_CLASS_COUNT; class ++)
        total += counts[class];
    if (out->length > 0)
        buffer_text(out, "\n");
    buffer_format(out, "%s\n", comparison->suite);
    print_columns(comparison, colour, out);
    if (comparison->problem != NULL) {
        buffer_text(out, "  ");
        table_paint(out, "nothing is compared: ", TABLE_YELLOW, colour);
        matrix_view_line(comparison->problem, WHY_BYTES, out);
        buffer_text(out, "\n");
        return;
    }
    if (!comparison->rules) {
        buffer_text(out, "\n");
        table_paint(out, "the rules of the suite are not known", TABLE_YELLOW, colour);
        buffer_text(
            out, _(": what they explain or forbid is to review, and outputs are not compared\n"));
    }
    for (int class = COMPARE_BREAKING; class >= (all ? COMPARE_EQUAL : COMPARE_EXPECTED); class --)
        print_class(comparison, (enum compare_class) class, colour, out);
    buffer_format(out,
                  _("\n%u %s compared with the reference: %u breaking, %u to review, %u "
                    "expected, %u equal\n"),
                  total, ngettext("value", "values", total), counts[COMPARE_BREAKING],
                  counts[COMPARE_REVIEW], counts[COMPARE_EXPECTED], counts[COMPARE_EQUAL]);
}
