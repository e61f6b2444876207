/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/load_columns.h"

#include "base/cleanup.h"
#include "base/error.h"
#include "judge/matrix.h"
#include "judge/select_facts.h"
#include "store/store.h"

/* What is packed of a case, so all of it must be read if it is stored. */
static const uint64_t packed_names = (uint64_t)1 << QUERY_CASE | (uint64_t)1 << QUERY_STATUS;

/* The rows of one cell, and the texts that they borrow. */
struct reading {
    struct select_subject rows;
    struct strv texts;
};

static void reading_done(struct reading *reading)
{
    vec_done(&reading->rows.rows);
    vec_done(&reading->rows.findings);
    strv_done(&reading->texts);
}

static int add_cell(struct store *store, const char *run_id, const struct matrix_cell *cell,
                    uint64_t uses, struct columns_packer *to, struct error **err)
{
    /* Which platform has which architecture is not in the run. */
    const struct select_with with = {.arch_of = NULL};
    _cleanup_(reading_done) struct reading reading = {.texts = {0}};
    struct facts facts = {.has = 0};
    int code = facts_read_cell(store, run_id, cell, uses, &reading.texts, &reading.rows, err);

    if (code < 0)
        return code;
    facts_of_cell(&cell->cell, &cell->summary, &cell->judgement, &with, &facts);
    columns_pack_cell(to, &facts, reading.rows.rows.items, reading.rows.rows.count);
    return 0;
}

/* is_whole: all evidence was there. */
static int read_cells(struct store *store, const char *run_id, uint64_t uses,
                      struct columns_packer *to, bool *ret_is_whole, struct error **err)
{
    _cleanup_(matrix_done) struct matrix matrix = {.cells = {0}};
    int code = matrix_load(store, run_id, &matrix, err);

    *ret_is_whole = true;
    vec_foreach (cell, &matrix.cells) {
        if (code == 0)
            code = add_cell(store, run_id, cell, uses, to, err);
        *ret_is_whole = *ret_is_whole && !cell->judgement.lost;
    }
    return code;
}

static bool read_stored(struct store *store, const struct listed_run *run,
                        struct run_columns *ret_columns)
{
    _cleanup_error_ struct error *err = NULL;
    _cleanup_buffer_ struct buffer bytes = {0};

    return store_read_columns(store, run, JUDGE_RULES, &bytes, &err) > 0 &&
           columns_unpack(&bytes, ret_columns);
}

int load_columns(struct store *store, const struct listed_run *run, uint64_t uses,
                 struct run_columns *ret_columns, struct error **err)
{
    bool is_stored = run->state == RUN_ENDED && store_can_write(store), is_whole = false;
    _cleanup_(columns_packer_done) struct columns_packer packer = {.cell_count = 0};
    _cleanup_buffer_ struct buffer bytes = {0};
    _cleanup_error_ struct error *later = NULL;
    int code;

    if (read_stored(store, run, ret_columns))
        return 0;
    code = read_cells(store, run->id, is_stored ? packed_names : uses, &packer, &is_whole, err);
    columns_pack(&packer, &bytes);
    /* If it cannot be stored now, it is used nevertheless. */
    if (code == 0 && is_stored && is_whole)
        store_put_columns(store, run, JUDGE_RULES, &bytes, &later);
    columns_unpack(&bytes, ret_columns);
    return code;
}
