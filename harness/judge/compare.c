/* SPDX-License-Identifier: Apache-2.0 */
/* Puts the facts of all cells of a suite beside each other. */
#include "judge/compare.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text_map.h"
#include "judge/compare_value.h"

const char *compare_class_name(enum compare_class class)
{
    static const char *const names[COMPARE_CLASS_COUNT] = {"equal", "expected", "review",
                                                           "breaking"};

    return names[class];
}

const char *compare_kind_name(enum compare_kind kind)
{
    static const char *const names[COMPARE_KIND_COUNT] = {"case", "point", "observation", "output"};

    return names[kind];
}

VEC_TYPE(facts_of_cells, struct compare_fact);

/* All cells, and the cases of their suite. */
struct comparing {
    const struct compare_options *options;
    struct compare_side *sides;
    size_t count;
    struct strv cases;      /* of the reference, then those that only others have */
    struct text_map places; /* of them in the list */
    struct facts_of_cells facts;
    struct comparison *to;
};

static void comparing_done(struct comparing *in)
{
    for (size_t i = 0; i < in->count; i++)
        outcomes_done(&in->sides[i].outcomes);
    free(in->sides);
    text_map_done(&in->places);
    strv_done(&in->cases);
    vec_done(&in->facts);
}

static struct compare_side *reference_of(const struct comparing *in)
{
    return &in->sides[in->options->reference];
}

/* Values of a guest in which nothing could be judged say nothing about the platform. */
static void add_column(struct comparing *in, const struct compare_cell *cell)
{
    const struct matrix_cell *of = cell->cell;
    struct compare_column *column = vec_add(&in->to->columns);
    struct compare_side *side = &in->sides[in->count++];
    const struct result *latest = matrix_cell_latest(of);

    *column = (struct compare_column){
        .run = text_dup(cell->run),
        .image = text_dup(of->cell.image),
        .platform = text_dup(of->cell.platform),
        .verdict = of->judgement.verdict,
        .grade = of->summary.attempts > 0 ? of->summary.grade : GRADE_NONE,
    };
    side->cell = cell;
    side->outcomes = outcomes_of(of);
    if (side->outcomes.counted.count > 0 && latest != NULL && result_identity_matches(latest))
        side->latest = latest;
    else {
        column->left_out =
            text_dup(of->judgement.reason != NULL ? of->judgement.reason : "nothing was judged");
        in->to->left_out++;
    }
}

static void add_cases(struct comparing *in, const struct compare_side *side)
{
    vec_foreach (planned, &side->cell->cell->cell.cases)
        if (planned->planned && text_map_get(&in->places, planned->id) == TEXT_MAP_NONE) {
            text_map_put(&in->places, planned->id, (uint32_t)in->cases.count);
            strv_add(&in->cases, planned->id);
        }
}

/* Place 0 is the identity check. */
static size_t place_of(const struct comparing *in, const char *case_id)
{
    uint32_t at = case_id != NULL ? text_map_get(&in->places, case_id) : 0;

    return case_id == NULL ? 0 : at != TEXT_MAP_NONE ? at + 1 : in->cases.count + 1;
}

static void add_points(struct comparing *in, size_t column)
{
    const struct compare_side *side = &in->sides[column];

    for (size_t i = 0; i < in->cases.count; i++) {
        const struct case_outcome seen = outcome_of_case(&side->outcomes, in->cases.items[i]);

        if (seen.row == NULL)
            continue;
        vec_foreach (point, &seen.row->points)
            *vec_add(&in->facts) = (struct compare_fact){
                .kind = COMPARE_POINT,
                .place = i + 1,
                .case_id = in->cases.items[i],
                .key = point->name,
                .value = status_name(point->status),
                .status = point->status,
                .column = column,
                .order = in->facts.count,
            };
    }
}

static void add_observations(struct comparing *in, size_t column)
{
    vec_foreach (seen, &in->sides[column].latest->observations)
        *vec_add(&in->facts) = (struct compare_fact){
            .kind = COMPARE_OBSERVATION,
            .place = place_of(in, seen->case_id),
            .case_id = seen->case_id,
            .key = seen->key,
            .value = seen->value,
            .unit = seen->unit,
            .column = column,
            .order = in->facts.count,
        };
}

static int compare_keys(const struct compare_fact *a, const struct compare_fact *b)
{
    int order;

    if (a->place != b->place)
        return a->place < b->place ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    order = strcmp(a->key, b->key);
    if (order == 0)
        order = strcmp(a->case_id != NULL ? a->case_id : "", b->case_id != NULL ? b->case_id : "");
    return order != 0 || a->again == b->again ? order : a->again < b->again ? -1 : 1;
}

static int compare_columns(const void *a, const void *b)
{
    const struct compare_fact *x = a, *y = b;
    int order = compare_keys(x, y);

    if (order == 0 && x->column != y->column)
        return x->column < y->column ? -1 : 1;
    return order != 0 ? order : x->order < y->order ? -1 : x->order > y->order;
}

/* Numbers facts of one cell with the same key, and sorts all. */
static void sort_facts(struct comparing *in)
{
    struct compare_fact *facts = in->facts.items;

    if (in->facts.count == 0)
        return;
    qsort(facts, in->facts.count, sizeof(*facts), compare_columns);
    for (size_t i = 1; i < in->facts.count; i++) {
        unsigned before = facts[i - 1].again;

        facts[i - 1].again = 0;
        if (facts[i].column == facts[i - 1].column && compare_keys(&facts[i], &facts[i - 1]) == 0)
            facts[i].again = before + 1;
        facts[i - 1].again = before;
    }
    qsort(facts, in->facts.count, sizeof(*facts), compare_columns);
}

static struct compare_row *add_row(struct comparing *in, enum compare_kind kind,
                                   const char *case_id, const char *key)
{
    struct compare_row *row = vec_add(&in->to->rows);

    row->kind = kind;
    row->case_id = text_dup(case_id);
    row->key = text_dup(key);
    return row;
}

static void count_value(struct comparing *in, struct compare_row *row, size_t column)
{
    enum compare_class class = row->values.items[column].class;

    if (column == in->options->reference || in->sides[column].latest == NULL)
        return;
    in->to->counts[class]++;
    if (class > row->class)
        row->class = class;
}

static void add_case_row(struct comparing *in, const char *id)
{
    struct compare_row *row = add_row(in, COMPARE_CASE, id, NULL);

    for (size_t i = 0; i < in->count; i++) {
        struct compare_value *value = vec_add(&row->values);

        if (in->sides[i].latest != NULL)
            compare_case_value(in->options->suite, id, reference_of(in), &in->sides[i], value);
        count_value(in, row, i);
    }
}

/* The facts of one key, one for each column at most. */
static void add_fact_row(struct comparing *in, const struct compare_fact *facts, size_t count)
{
    struct compare_row *row = add_row(in, facts->kind, facts->case_id, facts->key);
    const struct compare_fact *before = NULL, *unit = facts;

    for (size_t i = 0; i < count; i++)
        if (facts[i].column == in->options->reference)
            before = unit = &facts[i];
    row->unit = text_dup(unit->unit);
    for (size_t i = 0, next = 0; i < in->count; i++) {
        const struct compare_fact *here =
            next < count && facts[next].column == i ? &facts[next++] : NULL;
        struct compare_value *value = vec_add(&row->values);

        if (in->sides[i].latest != NULL && (before != NULL || here != NULL))
            compare_fact_value(in->options->suite, reference_of(in), &in->sides[i], before, here,
                               value);
        count_value(in, row, i);
    }
}

static void add_output_row(struct comparing *in, const char *id)
{
    const struct suite_output *rule = NULL;
    struct compare_row *row;

    if (in->options->suite != NULL)
        vec_foreach (output, &in->options->suite->outputs)
            if (strcmp(output->case_id, id) == 0)
                rule = output;
    if (rule == NULL)
        return;
    row = add_row(in, COMPARE_OUTPUT, id, NULL);
    for (size_t i = 0; i < in->count; i++) {
        struct compare_value *value = vec_add(&row->values);

        if (in->sides[i].latest != NULL)
            compare_output_value(rule, in->options, reference_of(in), &in->sides[i], value);
        count_value(in, row, i);
    }
}

/* Adds the rows of the facts from *at on that belong to a place. */
static void add_fact_rows(struct comparing *in, size_t place, size_t *at)
{
    const struct compare_fact *facts = in->facts.items;

    while (*at < in->facts.count && facts[*at].place == place) {
        size_t next = *at + 1;

        while (next < in->facts.count && compare_keys(&facts[next], &facts[*at]) == 0)
            next++;
        add_fact_row(in, &facts[*at], next - *at);
        *at = next;
    }
}

void compare_cells(const struct compare_cell *cells, size_t count,
                   const struct compare_options *options, struct comparison *ret_comparison)
{
    struct comparing in = {.options = options, .to = ret_comparison};
    size_t at = 0;

    *ret_comparison = (struct comparison){.suite = text_dup(cells->cell->cell.suite),
                                          .reference = options->reference,
                                          .rules = options->suite != NULL};
    in.sides = text_calloc(count, sizeof(*in.sides));
    for (size_t i = 0; i < count; i++)
        add_column(&in, &cells[i]);
    if (reference_of(&in)->latest == NULL) {
        ret_comparison->problem =
            text_format("nothing was judged in the reference: %s",
                        ret_comparison->columns.items[options->reference].left_out);
        comparing_done(&in);
        return;
    }
    add_cases(&in, reference_of(&in));
    for (size_t i = 0; i < count; i++)
        add_cases(&in, &in.sides[i]);
    for (size_t i = 0; i < count; i++)
        if (in.sides[i].latest != NULL) {
            add_points(&in, i);
            add_observations(&in, i);
        }
    sort_facts(&in);
    add_fact_rows(&in, 0, &at);
    for (size_t i = 0; i < in.cases.count; i++) {
        add_case_row(&in, in.cases.items[i]);
        add_fact_rows(&in, i + 1, &at);
        add_output_row(&in, in.cases.items[i]);
    }
    add_fact_rows(&in, in.cases.count + 1, &at);
    comparing_done(&in);
}

void comparison_done(struct comparison *comparison)
{
    free(comparison->suite);
    free(comparison->problem);
    vec_foreach (column, &comparison->columns) {
        free(column->run);
        free(column->image);
        free(column->platform);
        free(column->left_out);
    }
    vec_done(&comparison->columns);
    vec_foreach (row, &comparison->rows) {
        free(row->case_id);
        free(row->key);
        free(row->unit);
        vec_foreach (value, &row->values) {
            free(value->text);
            for (int i = 0; i < LANGUAGE_COUNT; i++)
                free(value->why[i]);
        }
        vec_done(&row->values);
    }
    vec_done(&comparison->rows);
}
