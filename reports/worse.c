/* SPDX-License-Identifier: Apache-2.0 */
/* Finds what is worse, and joins what is the same failure. */
#include "reports/worse.h"

#include "base/cleanup.h"
#include "base/text_map.h"

static bool is_worse(const struct diff_case *row)
{
    return row->waived == NULL &&
           (row->change == DIFF_NEW || row->change == DIFF_MISSING || row->change == DIFF_FLAKY);
}

/* The same case, change and failure have the same key. */
static char *key_of(const struct diff_cell *cell, const struct diff_case *row)
{
    return text_format("%s/%s/%d/%d/%s", cell->suite, row->id, (int)row->before, (int)row->after,
                       row->signature);
}

static void add_case(const struct diff_cell *cell, const struct diff_case *row,
                     struct text_map *places, struct strv *keys, struct worse_list *to)
{
    char *key = key_of(cell, row);
    uint32_t at = text_map_get(places, key);
    struct worse *first;

    strv_take(keys, key);
    if (at == TEXT_MAP_NONE) {
        text_map_put(places, key, (uint32_t)to->count);
        *vec_add(to) = (struct worse){.cell = cell, .row = row};
        return;
    }
    first = &to->items[at];
    if (first->other_count < WORSE_OTHERS)
        first->others[first->other_count] = cell;
    first->other_count++;
}

static void find_cases(const struct run_diff *diff, enum diff_change change, struct worse_list *to)
{
    _cleanup_(text_map_done) struct text_map places = {0};
    _cleanup_strv_ struct strv keys = {0};

    vec_foreach (cell, &diff->cells)
        vec_foreach (row, &cell->cases)
            if (row->change == change && is_worse(row))
                add_case(cell, row, &places, &keys, to);
}

static bool has_case(const struct diff_cell *cell)
{
    vec_foreach (row, &cell->cases)
        if (is_worse(row))
            return true;
    return false;
}

void worse_find(const struct run_diff *diff, struct worse_list *ret_list)
{
    find_cases(diff, DIFF_NEW, ret_list);
    find_cases(diff, DIFF_MISSING, ret_list);
    find_cases(diff, DIFF_FLAKY, ret_list);
    vec_foreach (cell, &diff->cells)
        if (diff_cell_is_worse(cell) && !has_case(cell))
            *vec_add(ret_list) = (struct worse){.cell = cell};
}
