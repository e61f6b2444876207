/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/select_runs.h"

#include "base/cleanup.h"
#include "base/error.h"
#include "judge/load_columns.h"
#include "judge/matrix.h"
#include "judge/select_columns.h"
#include "store/store.h"

#define BIT(name) ((uint64_t)1 << (name))

/* What is known of a run from the list alone. */
static const uint64_t listed_names = BIT(QUERY_RUN) | BIT(QUERY_LABEL) | BIT(QUERY_BUILD) |
                                     BIT(QUERY_STATE) | BIT(QUERY_AGE) | BIT(QUERY_IMAGE);

/* Verdicts are counted in the list. Together with a name of cells they are not: which cell has
 * which verdict is not in it, and seq() compares the same cell. */
static bool is_of_counts(const struct query *query)
{
    const uint64_t names = (listed_names & ~BIT(QUERY_IMAGE)) | BIT(QUERY_VERDICT);

    vec_foreach (node, &query->nodes)
        if (node->kind == QUERY_SEQ)
            return false;
    return (query->uses & ~names) == 0;
}

struct selecting {
    struct store *store;
    const struct query *query;
    const struct select_with *with;
    VEC(struct matrix *) matrices; /* of which the facts borrow names */
    struct strv texts;
};

static void selecting_done(struct selecting *selecting)
{
    vec_foreach (matrix, &selecting->matrices) {
        matrix_done(*matrix);
        free(*matrix);
    }
    vec_done(&selecting->matrices);
    strv_done(&selecting->texts);
}

/* Adds the facts of the cell to those of a case. */
static void merge(const struct facts *cell, struct facts *row)
{
    for (enum query_name name = 0; name < QUERY_NAME_COUNT; name++)
        if ((cell->has & ~row->has & BIT(name)) != 0)
            row->of[name] = cell->of[name];
    row->has |= cell->has;
}

static int add_cell(struct selecting *selecting, const char *run_id, const struct matrix_cell *cell,
                    struct select_subject *to, struct error **err)
{
    struct facts facts = {0};
    size_t first = to->rows.count;
    int code = facts_read_cell(selecting->store, run_id, cell, selecting->query->uses,
                               &selecting->texts, to, err);

    if (code < 0)
        return code;
    facts_of_cell(&cell->cell, &cell->summary, &cell->judgement, selecting->with, &facts);
    if (to->rows.count == first)
        vec_add(&to->rows);
    for (size_t i = first; i < to->rows.count; i++)
        merge(&facts, &to->rows.items[i]);
    return 0;
}

static int add_cells(struct selecting *selecting, const char *run_id, struct select_subject *to,
                     struct error **err)
{
    struct matrix *matrix = text_calloc(1, sizeof(*matrix));
    int code;

    *vec_add(&selecting->matrices) = matrix;
    code = matrix_load(selecting->store, run_id, matrix, err);
    vec_foreach (cell, &matrix->cells)
        if (code == 0)
            code = add_cell(selecting, run_id, cell, to, err);
    return code;
}

static void add_images(const struct listed_run *run, struct select_subject *to)
{
    for (size_t i = 0; i < run->images.count; i++)
        facts_set_text(vec_add(&to->rows), QUERY_IMAGE, run->images.items[i]);
}

/* A row for each verdict, like that of a cell that has it. */
static void add_verdicts(const struct listed_run *run, struct select_subject *to)
{
    for (enum verdict i = 0; i < VERDICT_COUNT; i++)
        if (run->counts.verdicts[i] > 0)
            facts_set_word(vec_add(&to->rows), QUERY_VERDICT, (int)i);
}

static void facts_of_listed(const struct listed_run *run, const struct select_with *with,
                            struct facts *facts)
{
    facts_of_run(&(struct select_run){run->id, run->label, run->build, run->state, run->created_ms},
                 with, facts);
}

static void add_run(struct selecting *selecting, struct listed_run *run, struct select_subject *to)
{
    _cleanup_error_ struct error *err = NULL;

    facts_of_listed(run, selecting->with, &to->own);
    if (run->damage != NULL)
        return;
    if ((selecting->query->uses & ~listed_names) == 0) {
        if ((selecting->query->uses & BIT(QUERY_IMAGE)) != 0)
            add_images(run, to);
    } else if (run->counted && is_of_counts(selecting->query)) {
        add_verdicts(run, to);
    } else if (add_cells(selecting, run->id, to, &err) < 0)
        run->damage = text_dup(error_message(err));
}

/* What is read of a run's cells: its columns. */
static void select_by_columns(struct store *store, const struct query *query,
                              const struct select_with *with, struct listed_runs *runs,
                              struct selection *ret_selection)
{
    _cleanup_(select_columns_free_cleanup) struct select_columns *select =
        select_columns_new(query, with);

    for (size_t i = runs->count; i-- > 0;) {
        _cleanup_error_ struct error *err = NULL;
        _cleanup_(run_columns_done) struct run_columns columns = {.rows = 0};
        struct listed_run *run = &runs->items[i];
        struct facts own = {.has = 0};

        facts_of_listed(run, with, &own);
        if (run->damage == NULL && load_columns(store, run, query->uses, &columns, &err) < 0)
            run->damage = text_dup(error_message(err));
        ret_selection->shown[i] = select_columns_next(select, &own, &columns);
        ret_selection->count += ret_selection->shown[i];
    }
}

/* What is known from the list, or is in records alone. */
static void select_by_facts(struct store *store, const struct query *query,
                            const struct select_with *with, struct listed_runs *runs,
                            struct selection *ret_selection)
{
    _cleanup_(select_subjects_done) struct select_subjects subjects = {0};
    _cleanup_(selecting_done) struct selecting selecting = {
        .store = store, .query = query, .with = with};

    vec_foreach (run, runs) {
        struct select_subject *subject = vec_add(&subjects);
        long at = run - runs->items;

        subject->before = (size_t)at + 1 < runs->count ? at + 1 : SELECT_FIRST;
        add_run(&selecting, run, subject);
    }
    ret_selection->count = select_apply(query, &subjects, ret_selection->shown);
}

void select_runs(struct store *store, const struct query *query, const struct select_with *with,
                 struct listed_runs *runs, struct selection *ret_selection)
{
    bool listed = (query->uses & ~listed_names) == 0 || is_of_counts(query);

    *ret_selection = (struct selection){.query = query_print(query),
                                        .shown = text_calloc(runs->count + 1, sizeof(bool)),
                                        .total = runs->count};
    if (!listed && select_columns_can(query))
        select_by_columns(store, query, with, runs, ret_selection);
    else
        select_by_facts(store, query, with, runs, ret_selection);
}
