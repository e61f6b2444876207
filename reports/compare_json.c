/* SPDX-License-Identifier: Apache-2.0 */
/* A comparison as JSON: its members are documented in touchstone-compare(1) and are stable. */
#include "base/json_write.h"
#include "reports/compare_view.h"

static void write_column(const struct compare_column *column, struct json_writer *to)
{
    json_write_object(to, NULL);
    json_write_text(to, "run", column->run);
    json_write_text(to, "image", column->image);
    json_write_text(to, "platform", column->platform);
    json_write_text(to, "grade", grade_name(column->grade));
    json_write_text(to, "verdict", verdict_name(column->verdict));
    json_write_text(to, "left_out", column->left_out);
    json_write_end(to);
}

static void write_value(const struct comparison *of, size_t place,
                        const struct compare_value *value, struct json_writer *to)
{
    json_write_object(to, NULL);
    json_write_text(to, "value", value->text);
    json_write_text(to, "class",
                    of->columns.items[place].left_out != NULL ? NULL
                                                              : compare_class_name(value->class));
    json_write_text(to, "why", value->why[LANGUAGE_EN]);
    json_write_text(to, "why_zh", value->why[LANGUAGE_ZH]);
    json_write_end(to);
}

static void write_row(const struct comparison *of, const struct compare_row *row,
                      struct json_writer *to)
{
    json_write_object(to, NULL);
    json_write_text(to, "kind", compare_kind_name(row->kind));
    json_write_text(to, "case", row->case_id);
    json_write_text(to, "key", row->key);
    json_write_text(to, "unit", row->unit);
    json_write_text(to, "class", compare_class_name(row->class));
    json_write_array(to, "values");
    for (size_t i = 0; i < row->values.count; i++)
        write_value(of, i, &row->values.items[i], to);
    json_write_end(to);
    json_write_end(to);
}

static void write_suite(const struct comparison *of, struct json_writer *to)
{
    json_write_object(to, NULL);
    json_write_text(to, "suite", of->suite);
    json_write_text(to, "problem", of->problem);
    json_write_bool(to, "rules", of->rules);
    json_write_integer(to, "reference", (int64_t)of->reference);
    json_write_array(to, "columns");
    vec_foreach (column, &of->columns)
        write_column(column, to);
    json_write_end(to);
    json_write_object(to, "counts");
    for (enum compare_class class = 0; class < COMPARE_CLASS_COUNT; class ++)
        json_write_integer(to, compare_class_name(class), of->counts[class]);
    json_write_end(to);
    json_write_array(to, "rows");
    vec_foreach (row, &of->rows)
        write_row(of, row, to);
    json_write_end(to);
    json_write_end(to);
}

void compare_view_write_json(const struct comparison *comparisons, size_t count,
                             struct json_writer *to)
{
    json_write_object(to, NULL);
    json_write_format(to, "touchstone-compare", 1);
    json_write_array(to, "suites");
    for (size_t i = 0; i < count; i++)
        write_suite(&comparisons[i], to);
    json_write_end(to);
    json_write_end(to);
}
