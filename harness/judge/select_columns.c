/* SPDX-License-Identifier: Apache-2.0 */
/* Evaluates a query over the columns of runs. */
#include "judge/select_columns.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "judge/align_columns.h"

#define BIT(name) ((uint64_t)1 << (name))

/* The facts that a row has of its run, of its cell by its names, and by what the cell said. */
static const uint64_t run_names =
    BIT(QUERY_RUN) | BIT(QUERY_LABEL) | BIT(QUERY_BUILD) | BIT(QUERY_STATE) | BIT(QUERY_AGE);
static const uint64_t shape_names =
    BIT(QUERY_IMAGE) | BIT(QUERY_PLATFORM) | BIT(QUERY_SUITE) | BIT(QUERY_ARCH);
static const uint64_t value_names = BIT(QUERY_VERDICT) | BIT(QUERY_GRADE) | BIT(QUERY_CONDITION) |
                                    BIT(QUERY_FLAKY) | BIT(QUERY_PARTIAL) | BIT(QUERY_ATTEMPTS);
/* Of the row itself. */
static const uint64_t case_names = BIT(QUERY_CASE) | BIT(QUERY_ITEM);
static const uint64_t said_names = BIT(QUERY_STATUS) | BIT(QUERY_BLAME);

bool select_columns_can(const struct query *query)
{
    return (query->uses & ~(run_names | shape_names | value_names | case_names | said_names)) == 0;
}

/* For what a node of the query holds: a byte, 0 or 1, for each row of the run, and one more for the
 * run without a row, of which only the facts of the run are known. */
struct column {
    uint64_t *words; /* the bytes, eight in each */
    size_t size;     /* words that there is room for */
};

struct select_columns {
    const struct query *query;
    const struct select_with *with;
    const struct facts *own;
    struct run_columns run, before; /* before: the one before it in time */
    bool has_before, is_aligned;
    bool same_shape; /* both have the same, so what depends on nothing else is as it was */
    struct alignment alignment;
    struct column *columns;       /* of each node */
    struct column *now, *earlier; /* of each part of a seq(): up to it, in this run; in `before` */
};

static size_t words_of(size_t rows)
{
    return rows / sizeof(uint64_t) + 1;
}

static uint8_t *bytes_of(struct column *column, size_t rows)
{
    size_t size = words_of(rows);

    if (column->size < size) {
        free(column->words);
        column->words = text_calloc(size, sizeof(uint64_t));
        column->size = size;
    }
    return (uint8_t *)column->words;
}

static void columns_free(struct column *columns, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(columns[i].words);
    free(columns);
}

struct select_columns *select_columns_new(const struct query *query, const struct select_with *with)
{
    struct select_columns *select = text_calloc(1, sizeof(*select));
    size_t count = query->nodes.count;

    select->query = query;
    select->with = with;
    select->columns = text_calloc(count, sizeof(struct column));
    select->now = text_calloc(count, sizeof(struct column));
    select->earlier = text_calloc(count, sizeof(struct column));
    return select;
}

void select_columns_free(struct select_columns *select)
{
    if (select == NULL)
        return;
    columns_free(select->columns, select->query->nodes.count);
    columns_free(select->now, select->query->nodes.count);
    columns_free(select->earlier, select->query->nodes.count);
    run_columns_done(&select->run);
    run_columns_done(&select->before);
    alignment_done(&select->alignment);
    free(select);
}

/* --- terms ---------------------------------------------------------------------------------- */

static void facts_of_names(const struct column_cell *cell, struct facts *facts)
{
    facts_set_text(facts, QUERY_IMAGE, cell->image);
    facts_set_text(facts, QUERY_SUITE, cell->suite);
    facts_set_text(facts, QUERY_PLATFORM, cell->platform);
}

static void facts_of_values(const struct column_cell *cell, struct facts *facts)
{
    facts_set_word(facts, QUERY_VERDICT, (int)cell->verdict);
    facts_set_word(facts, QUERY_GRADE, (int)cell->grade);
    facts_set_words(facts, QUERY_CONDITION, cell->conditions);
    facts_set_word(facts, QUERY_FLAKY, cell->flaky);
    facts_set_word(facts, QUERY_PARTIAL, cell->partial);
    facts_set_number(facts, QUERY_ATTEMPTS, cell->attempts);
}

static bool cell_fits(const struct select_columns *select, const struct query_node *term,
                      const struct column_cell *cell)
{
    struct facts facts = {.has = 0};

    if (term->name == QUERY_ANY) {
        facts_of_names(cell, &facts);
        return facts_match_any(&facts, select->query, term->value);
    }
    if (term->name == QUERY_ARCH)
        facts_of_platform(cell->platform, select->with, &facts);
    else if ((shape_names & BIT(term->name)) != 0)
        facts_of_names(cell, &facts);
    else
        facts_of_values(cell, &facts);
    return facts_fit(&facts, term);
}

/* All rows of a cell have its facts. */
static void fill_cells(const struct select_columns *select, const struct query_node *term,
                       uint8_t *holds)
{
    vec_foreach (cell, &select->run.cells)
        memset(holds + cell->first, cell_fits(select, term, cell), cell->case_count + 1);
}

/* Cells of a suite share the list of their cases: of each list it is asked once. */
static void fill_cases(const struct select_columns *select, const struct query_node *term,
                       uint8_t *holds)
{
    const struct run_columns *run = &select->run;
    _cleanup_free_ uint8_t *fits = text_calloc(run->cases.count + 1, 1);

    vec_foreach (row, &run->cases) {
        struct facts facts = {.has = 0};

        facts_set_text(&facts, QUERY_CASE, row->id);
        facts_set_word(&facts, QUERY_ITEM, (int)row->item);
        fits[row - run->cases.items] = facts_fit(&facts, term);
    }
    vec_foreach (cell, &run->cells) {
        memcpy(holds + cell->first, fits + cell->cases, cell->case_count);
        holds[cell->first + cell->case_count] = 0;
    }
}

/* One of the two parts of what each row said: it has sixteen values. */
static void fill_said(const struct select_columns *select, const struct query_node *term,
                      uint8_t *holds)
{
    bool of_status = term->name == QUERY_STATUS;
    unsigned words = of_status ? STATUS_COUNT : BLAME_COUNT, shift = of_status ? 4 : 0;
    uint8_t fits[16] = {0};

    for (unsigned word = 0; word < words; word++) {
        struct facts facts = {.has = 0};

        facts_set_word(&facts, term->name, (int)word);
        fits[word] = facts_fit(&facts, term);
    }
    for (size_t i = 0; i < select->run.rows; i++)
        holds[i] = fits[select->run.said[i] >> shift & 15];
}

static void fill_term(const struct select_columns *select, const struct query_node *term,
                      uint8_t *holds)
{
    uint64_t name = term->name == QUERY_ANY ? 0 : BIT(term->name);
    size_t rows = select->run.rows;
    bool own = name == 0 ? facts_match_any(select->own, select->query, term->value)
                         : facts_fit(select->own, term);

    holds[rows] = own;
    if (own || (run_names & name) != 0)
        memset(holds, own, rows);
    else if ((said_names & name) != 0)
        fill_said(select, term, holds);
    else if (((shape_names | case_names) & name) != 0 && select->same_shape)
        return;
    else if ((case_names & name) != 0)
        fill_cases(select, term, holds);
    else
        fill_cells(select, term, holds);
}

/* --- nodes ---------------------------------------------------------------------------------- */

static void evaluate(struct select_columns *select, int node);

static const uint8_t *column_of(const struct select_columns *select, int node)
{
    return (const uint8_t *)select->columns[node].words;
}

/* The run is selected by what holds for any of its rows. */
static bool selects(const struct select_columns *select, int node)
{
    size_t rows = select->run.rows;
    const uint8_t *holds = column_of(select, node);

    return rows == 0 ? holds[0] : memchr(holds, 1, rows) != NULL;
}

static void combine(uint64_t *to, const uint64_t *with, size_t words, bool all)
{
    for (size_t i = 0; i < words; i++)
        to[i] = all ? to[i] & with[i] : to[i] | with[i];
}

static void combine_parts(struct select_columns *select, const struct query_node *list,
                          struct column *to)
{
    size_t words = words_of(select->run.rows);

    for (int at = list->first; at != QUERY_NONE; at = select->query->nodes.items[at].next) {
        evaluate(select, at);
        if (at == list->first)
            memcpy(to->words, select->columns[at].words, words * sizeof(uint64_t));
        else
            combine(to->words, select->columns[at].words, words, list->kind == QUERY_AND);
    }
}

/* What held in the run before, for the row of the same name; without a row, for the run. */
static void follow(struct select_columns *select, const struct column *earlier, uint8_t *holds)
{
    const uint8_t *before = (const uint8_t *)earlier->words;
    size_t rows = select->run.rows;

    if (!select->has_before) {
        memset(holds, 0, rows + 1);
        return;
    }
    if (!select->is_aligned)
        alignment_make(&select->run, &select->before, &select->alignment);
    select->is_aligned = true;
    if (select->alignment.same)
        memcpy(holds, before, rows);
    else
        for (size_t i = 0; i < rows; i++)
            holds[i] = select->alignment.to[i] != ALIGN_NONE ? before[select->alignment.to[i]] : 0;
    holds[rows] = before[select->before.rows];
}

/* Each part holds here, and the parts before it in the runs before. */
static void follow_parts(struct select_columns *select, const struct query_node *seq,
                         struct column *to)
{
    size_t rows = select->run.rows, words = words_of(rows);
    int before = QUERY_NONE;

    for (int at = seq->first; at != QUERY_NONE; at = select->query->nodes.items[at].next) {
        struct column *now = &select->now[at];
        uint8_t *holds = bytes_of(now, rows);

        evaluate(select, at);
        if (before == QUERY_NONE) {
            memcpy(holds, column_of(select, at), rows + 1);
        } else {
            follow(select, &select->earlier[before], holds);
            combine(now->words, select->columns[at].words, words, true);
        }
        memcpy(to->words, now->words, rows + 1);
        before = at;
    }
}

static void evaluate(struct select_columns *select, int node)
{
    const struct query_node *of = &select->query->nodes.items[node];
    struct column *column = &select->columns[node];
    uint8_t *holds = bytes_of(column, select->run.rows);

    switch (of->kind) {
    case QUERY_AND:
    case QUERY_OR:
        combine_parts(select, of, column);
        return;
    case QUERY_NOT:
        evaluate(select, of->first);
        memset(holds, !selects(select, of->first), select->run.rows + 1);
        return;
    case QUERY_SEQ:
        follow_parts(select, of, column);
        return;
    default:
        fill_term(select, of, holds);
    }
}

bool select_columns_next(struct select_columns *select, const struct facts *own,
                         struct run_columns *run)
{
    struct column *earlier = select->earlier;
    bool selected;

    select->run = *run;
    *run = (struct run_columns){.rows = 0};
    select->own = own;
    select->same_shape =
        select->has_before && run_columns_same_shape(&select->run, &select->before);
    select->is_aligned = false;
    evaluate(select, select->query->root);
    selected = selects(select, select->query->root);
    select->earlier = select->now;
    select->now = earlier;
    run_columns_done(&select->before);
    select->before = select->run;
    select->run = (struct run_columns){.rows = 0};
    select->has_before = true;
    return selected;
}
