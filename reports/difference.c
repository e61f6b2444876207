/* SPDX-License-Identifier: Apache-2.0 */
/* Compares observations by key across the columns. */
#include "reports/difference.h"

#include <stdlib.h>
#include <string.h>

#include "reports/matrix_view.h"

enum { VALUE_BYTES = 160, KEY_BYTES = 80, SEVERAL_VALUES = 3 };

enum explain_kind {
    EXPLAIN_DIFFERS, /* displayed if measured values differ */
    EXPLAIN_ACROSS,  /* also displayed if it executes on some platform and another architecture has
                        no such feature */
    EXPLAIN_IDENTITY,
    EXPLAIN_IGNORE, /* differs at every start */
};

struct explanation {
    enum explain_kind kind;
    const char *patterns; /* keys, or prefixes ending in '*', separated by spaces */
    const char *title[LANGUAGE_COUNT], *text[LANGUAGE_COUNT];
};

static const struct explanation explanations[] = {
#define EXPLAIN(kind, patterns, title, title_zh, text, text_zh)                                    \
    {EXPLAIN_##kind, patterns, {title, title_zh}, {text, text_zh}},
#include "reports/explain.def"
#undef EXPLAIN
};
enum { EXPLANATIONS = sizeof(explanations) / sizeof(explanations[0]) };

static bool fits(const char *patterns, const char *key)
{
    for (const char *at = patterns; *at != '\0';) {
        size_t length = strcspn(at, " ");

        if (at[length - 1] == '*' ? strncmp(at, key, length - 1) == 0
                                  : strlen(key) == length && strncmp(at, key, length) == 0)
            return true;
        at += length + strspn(at + length, " ");
    }
    return false;
}

static const struct explanation *explain(const char *key)
{
    for (size_t i = 0; i < EXPLANATIONS; i++)
        if (fits(explanations[i].patterns, key))
            return &explanations[i];
    return NULL;
}

struct seen {
    const struct observation *observation;
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

    vec_foreach (cell, &report->matrix.cells) {
        const struct result *latest = matrix_cell_latest(cell);
        size_t column = 0;

        if (latest == NULL || !result_identity_matches(latest))
            continue;
        while (!report_in_column(&columns->items[column], cell))
            column++;
        vec_foreach (observation, &latest->observations) {
            struct seen *one = vec_add(&all);

            *one = (struct seen){observation, column, all.count};
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
    if (!text_starts(key, "isa."))
        return false;
    vec_foreach (cell, &report->matrix.cells) {
        const struct result *latest = matrix_cell_latest(cell);

        if (latest == NULL || !report_in_column(column, cell))
            continue;
        vec_foreach (gap, &latest->gaps.rows) {
            if (gap->kind == GAP_MISSING && strcmp(gap->feature, key + strlen("isa.")) == 0)
                return true;
        }
    }
    return false;
}

static bool differs(const struct difference *row, const struct explanation *why)
{
    const char *first = NULL;
    bool differ = false, absent = false, executes = false;

    for (size_t i = 0; i < row->values.count; i++) {
        const char *value = row->values.items[i];

        if (*value == '\0') {
            absent = true;
            continue;
        }
        executes = executes || strcmp(value, "executes") == 0;
        differ = differ || (first != NULL && strcmp(first, value) != 0);
        first = first != NULL ? first : value;
    }
    return differ || (why != NULL && why->kind == EXPLAIN_ACROSS && absent && executes);
}

static void difference_done(struct difference *row)
{
    free(row->key);
    free(row->unit);
    strv_done(&row->values);
    vec_done(&row->gap);
}

/* The group that a row belongs to; its index preserves the order of explain.def. */
static struct difference_group *group_of(struct difference_group *groups,
                                         const struct explanation *why, const char *unit)
{
    if (why != NULL && why->kind == EXPLAIN_IDENTITY)
        return &groups[EXPLANATIONS + DIFFERENCE_IDENTITY];
    if (why != NULL)
        return &groups[why - explanations];
    return &groups[EXPLANATIONS + (unit != NULL ? DIFFERENCE_FIGURE : DIFFERENCE_OTHER)];
}

static void add_key(const struct report *report, const struct report_columns *columns,
                    const struct seen *seen, size_t count, struct difference_group *groups)
{
    const struct explanation *why = explain(seen->observation->key);
    struct difference_group *group = group_of(groups, why, seen->observation->unit);
    struct difference row = {0};
    struct buffer key = {0};

    matrix_view_line(seen->observation->key, KEY_BYTES, &key);
    row.key = buffer_steal(&key);
    row.unit = text_dup(seen->observation->unit);
    for (size_t i = 0; i < columns->count; i++) {
        strv_take(&row.values, values_of(seen, count, i));
        *vec_add(&row.gap) = is_gap(report, &columns->items[i], row.key);
    }
    if ((why != NULL && why->kind == EXPLAIN_IGNORE) || !differs(&row, why))
        difference_done(&row);
    else if (group->rows.count == DIFFERENCE_ROWS) {
        group->left_out++;
        difference_done(&row);
    } else
        *vec_add(&group->rows) = row;
}

void differences_find(const struct report *report, const struct report_columns *columns,
                      struct differences *ret_differences)
{
    struct difference_group groups[EXPLANATIONS + DIFFERENCE_KIND_COUNT] = {0};
    size_t count = 0;
    struct seen *seen = collect(report, columns, &count);

    for (size_t i = 0; i < EXPLANATIONS; i++) {
        groups[i].title = explanations[i].title[report->language];
        groups[i].text = explanations[i].text[report->language];
    }
    for (enum difference_kind kind = 0; kind < DIFFERENCE_KIND_COUNT; kind++)
        groups[EXPLANATIONS + kind].kind = kind;
    for (size_t i = 0, next; i < count; i = next) {
        for (next = i + 1; next < count; next++)
            if (strcmp(seen[i].observation->key, seen[next].observation->key) != 0)
                break;
        add_key(report, columns, seen + i, next - i, groups);
    }
    free(seen);
    for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
        if (groups[i].rows.count > 0)
            *vec_add(&ret_differences->groups) = groups[i];
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
