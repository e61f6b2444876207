/* SPDX-License-Identifier: Apache-2.0 */
/* Compares observations by key across the columns. */
#include "reports/difference.h"

#include <stdlib.h>
#include <string.h>

#include "judge/expected.h"
#include "reports/matrix_view.h"

enum { VALUE_BYTES = 160, KEY_BYTES = 80, SEVERAL_VALUES = 3 };

struct seen {
    const struct observation *observation;
    const char *suite;
    size_t column, place;
};

static int compare_seen(const void *a, const void *b)
{
    const struct seen *left = a, *right = b;
    int order = strcmp(left->observation->key, right->observation->key);

    if (order != 0)
        return order;
    if (left->column != right->column)
        return left->column < right->column ? -1 : 1;
    return left->place < right->place ? -1 : left->place > right->place;
}

/* Sorted by key, then column. Only guests that match the plan are included: what another guest
 * reports says nothing about the platform. Caller frees. */
static struct seen *collect(const struct report *report, const struct report_columns *columns,
                            size_t *ret_count)
{
    VEC(struct seen) all = {0};

    report_measure(report);
    vec_foreach (cell, &report->matrix.cells) {
        const struct result *latest = matrix_cell_latest(cell);
        size_t column = 0;

        if (latest == NULL || !result_identity_matches(latest))
            continue;
        while (!report_in_column(&columns->items[column], cell))
            column++;
        vec_foreach (observation, &latest->observations) {
            struct seen *one = vec_add(&all);

            *one = (struct seen){observation, cell->cell.suite, column, all.count};
        }
    }
    if (all.count > 0)
        qsort(all.items, all.count, sizeof(*all.items), compare_seen);
    *ret_count = all.count;
    return all.items;
}

/* The distinct values of a key in one column, joined. */
static char *values_of(const struct seen *seen, size_t count, size_t column)
{
    struct strv values = {0};
    char *joined;

    for (size_t i = 0; i < count; i++) {
        struct buffer value = {0};

        if (seen[i].column != column || values.count >= SEVERAL_VALUES)
            continue;
        matrix_view_line(seen[i].observation->value, VALUE_BYTES, &value);
        if (value.length > 0 && !strv_has(&values, value.data))
            strv_add(&values, value.data);
        buffer_done(&value);
    }
    joined = strv_join(&values, " | ");
    strv_done(&values);
    return joined;
}

static bool is_gap(const struct report *report, const struct report_column *column, const char *key)
{
    vec_foreach (cell, &report->matrix.cells) {
        const struct result *latest = matrix_cell_latest(cell);

        if (latest != NULL && report_in_column(column, cell) && expected_is_gap(&latest->gaps, key))
            return true;
    }
    return false;
}

/* measured: for each column, whether anything was measured there. */
static bool differs(const struct difference *row, const struct expected *why, const bool *measured)
{
    const char *first = NULL;
    bool differ = false, absent = false, executes = false;

    for (size_t i = 0; i < row->values.count; i++) {
        const char *value = row->values.items[i];

        if (*value == '\0') {
            absent = absent || measured[i];
            continue;
        }
        executes = executes || strcmp(value, "executes") == 0;
        differ = differ || (first != NULL && strcmp(first, value) != 0);
        first = first != NULL ? first : value;
    }
    return differ || (why != NULL && why->kind == EXPECTED_ACROSS && absent && executes);
}

static void difference_done(struct difference *row)
{
    free(row->key);
    free(row->unit);
    strv_done(&row->values);
    vec_done(&row->gap);
}

/* The groups while they are filled: of each row of expected.def, of each rule of a suite, and one
 * of each kind. */
struct groups {
    const struct report *report;
    const struct report_columns *columns;
    const bool *measured; /* for each column, whether anything was measured there */
    struct difference_group *rows, *rules, *kinds;
};

/* A rule holds if it holds between the first column that has a value and each other one. */
static const struct suite_difference *rule_of(const struct groups *to, const struct seen *seen,
                                              size_t count)
{
    const struct suite *suite = report_suite(to->report, seen->suite);
    const struct report_column *first = &to->columns->items[seen->column];
    struct difference_axes axes = {.arch = true, .platform = true, .image = true};

    for (size_t i = 0; i < count; i++) {
        const struct report_column *other = &to->columns->items[seen[i].column];
        const struct platform *one = report_platform(to->report, first->platform),
                              *two = report_platform(to->report, other->platform);

        if (other == first)
            continue;
        axes.arch &= one != NULL && two != NULL && one->arch != two->arch;
        axes.platform &= strcmp(first->platform, other->platform) != 0;
        axes.image &= strcmp(first->image, other->image) != 0;
    }
    return expected_rule(suite, seen->observation->key, axes);
}

static bool all_within(const struct suite_difference *rule, const struct seen *seen, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (!text_equal(seen->observation->unit, seen[i].observation->unit) ||
            !expected_is_within(rule, seen->observation->value, seen[i].observation->value))
            return false;
    return true;
}

/* The group of a rule, which is found again by its text. */
static struct difference_group *group_of_rule(struct groups *to,
                                              const struct suite_difference *rule)
{
    struct difference_group *group = to->rules;
    const char *why =
        to->report->language == LANGUAGE_ZH && rule->why_zh != NULL ? rule->why_zh : rule->why;

    while (group->title != NULL && group->title != why)
        group++;
    group->title = why;
    group->kind = rule->breaking ? DIFFERENCE_BREAKING : DIFFERENCE_EXPLAINED;
    return group;
}

static struct difference_group *group_of(struct groups *to, const struct suite_difference *rule,
                                         const struct expected *why, const char *unit)
{
    if (rule != NULL && (rule->breaking || !rule->has_within))
        return group_of_rule(to, rule);
    if (rule != NULL)
        return &to->kinds[DIFFERENCE_OTHER];
    if (why != NULL && why->kind == EXPECTED_IDENTITY)
        return &to->kinds[DIFFERENCE_IDENTITY];
    if (why != NULL)
        return &to->rows[why - expected_rows];
    return &to->kinds[unit != NULL ? DIFFERENCE_FIGURE : DIFFERENCE_OTHER];
}

static void add_key(struct groups *to, const struct seen *seen, size_t count)
{
    const struct suite_difference *rule = rule_of(to, seen, count);
    const struct expected *why = rule == NULL ? expected_find(seen->observation->key) : NULL;
    struct difference_group *group;
    struct difference row = {0};
    struct buffer key = {0};

    matrix_view_line(seen->observation->key, KEY_BYTES, &key);
    row.key = buffer_steal(&key);
    row.unit = text_dup(seen->observation->unit);
    for (size_t i = 0; i < to->columns->count; i++) {
        strv_take(&row.values, values_of(seen, count, i));
        *vec_add(&row.gap) = is_gap(to->report, &to->columns->items[i], row.key);
    }
    if ((why != NULL && why->kind == EXPECTED_IGNORE) || !differs(&row, why, to->measured) ||
        (rule != NULL && all_within(rule, seen, count))) {
        difference_done(&row);
        return;
    }
    group = group_of(to, rule, why, seen->observation->unit);
    if (group->rows.count == DIFFERENCE_ROWS) {
        group->left_out++;
        difference_done(&row);
    } else
        *vec_add(&group->rows) = row;
}

static size_t count_rules(const struct report *report)
{
    size_t count = 0;

    vec_foreach (suite, &report->suites)
        count += (*suite)->differences.count;
    return count;
}

static void take_groups(struct difference_group *from, size_t count, bool breaking,
                        struct differences *to)
{
    for (size_t i = 0; i < count; i++)
        if (from[i].rows.count > 0 && (from[i].kind == DIFFERENCE_BREAKING) == breaking)
            *vec_add(&to->groups) = from[i];
}

void differences_find(const struct report *report, const struct report_columns *columns,
                      struct differences *ret_differences)
{
    size_t rules = count_rules(report), count = 0;
    _cleanup_free_ bool *measured = text_calloc(columns->count + 1, sizeof(*measured));
    struct groups to = {
        .report = report,
        .columns = columns,
        .measured = measured,
        .rows = text_calloc(expected_count, sizeof(*to.rows)),
        .rules = text_calloc(rules + 1, sizeof(*to.rules)),
        .kinds = text_calloc(DIFFERENCE_KIND_COUNT, sizeof(*to.kinds)),
    };
    struct seen *seen = collect(report, columns, &count);

    for (size_t i = 0; i < count; i++)
        measured[seen[i].column] = true;
    for (size_t i = 0; i < expected_count; i++) {
        to.rows[i].kind = DIFFERENCE_EXPLAINED;
        to.rows[i].title = expected_rows[i].title[report->language];
        to.rows[i].text = expected_rows[i].text[report->language];
    }
    for (enum difference_kind kind = 0; kind < DIFFERENCE_KIND_COUNT; kind++)
        to.kinds[kind].kind = kind;
    for (size_t i = 0, next; i < count; i = next) {
        for (next = i + 1; next < count; next++)
            if (strcmp(seen[i].observation->key, seen[next].observation->key) != 0)
                break;
        add_key(&to, seen + i, next - i);
    }
    free(seen);
    take_groups(to.rules, rules, true, ret_differences);
    take_groups(to.rows, expected_count, false, ret_differences);
    take_groups(to.rules, rules, false, ret_differences);
    take_groups(to.kinds, DIFFERENCE_KIND_COUNT, false, ret_differences);
    free(to.rows);
    free(to.rules);
    free(to.kinds);
}

void differences_done(struct differences *differences)
{
    vec_foreach (group, &differences->groups) {
        vec_foreach (row, &group->rows)
            difference_done(row);
        vec_done(&group->rows);
    }
    vec_done(&differences->groups);
}
