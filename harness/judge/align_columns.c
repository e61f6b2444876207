/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the rows of a run in another. Where plans changed, most of a row's neighbours are still the
 * same: the row behind the one that was found last is tried first. */
#include "judge/align_columns.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

/* The places of all cells, or of the cases of each list, of the earlier run; made when needed. */
struct search {
    const struct run_columns *in;
    struct text_map cells;
    struct strv names;     /* the keys of cells */
    struct text_map cases; /* of the cell at `of` */
    const struct column_cell *of;
};

static void search_done(struct search *search)
{
    text_map_done(&search->cells);
    strv_done(&search->names);
    text_map_done(&search->cases);
}

static char *name_of(const struct column_cell *cell)
{
    return text_format("%s\n%s\n%s", cell->image, cell->platform, cell->suite);
}

static bool same_cell(const struct column_cell *a, const struct column_cell *b)
{
    return strcmp(a->platform, b->platform) == 0 && strcmp(a->suite, b->suite) == 0 &&
           strcmp(a->image, b->image) == 0;
}

static const struct column_cell *find_cell(struct search *search, const struct column_cell *cell,
                                           size_t likely)
{
    _cleanup_free_ char *name = NULL;
    uint32_t at;

    if (likely < search->in->cells.count && same_cell(cell, &search->in->cells.items[likely]))
        return &search->in->cells.items[likely];
    if (search->names.count == 0)
        vec_foreach (other, &search->in->cells) {
            strv_take(&search->names, name_of(other));
            text_map_put(&search->cells, search->names.items[search->names.count - 1],
                         (uint32_t)(other - search->in->cells.items));
        }
    name = name_of(cell);
    at = text_map_get(&search->cells, name);
    return at != TEXT_MAP_NONE ? &search->in->cells.items[at] : NULL;
}

/* The place of a case in the list of the cell, or ALIGN_NONE. */
static size_t find_case(struct search *search, const struct column_cell *cell, const char *id,
                        size_t likely)
{
    const struct column_case *cases = search->in->cases.items + cell->cases;
    uint32_t at;

    if (likely < cell->case_count && strcmp(cases[likely].id, id) == 0)
        return likely;
    if (search->of == NULL || search->of->cases != cell->cases ||
        search->of->case_count != cell->case_count) {
        text_map_clear(&search->cases);
        for (size_t i = 0; i < cell->case_count; i++)
            text_map_put(&search->cases, cases[i].id, (uint32_t)i);
        search->of = cell;
    }
    at = text_map_get(&search->cases, id);
    return at != TEXT_MAP_NONE ? at : ALIGN_NONE;
}

/* to: the rows of the cell. */
static void align_cell(struct search *search, const struct run_columns *later,
                       const struct column_cell *cell, const struct column_cell *earlier,
                       size_t *to)
{
    size_t likely = 0;

    for (size_t i = 0; i < cell->case_count; i++) {
        size_t at = earlier != NULL
                        ? find_case(search, earlier, later->cases.items[cell->cases + i].id, likely)
                        : ALIGN_NONE;

        to[i] = at != ALIGN_NONE ? earlier->first + at : ALIGN_NONE;
        likely = at != ALIGN_NONE ? at + 1 : likely;
    }
    to[cell->case_count] = earlier != NULL ? earlier->first + earlier->case_count : ALIGN_NONE;
}

void alignment_make(const struct run_columns *later, const struct run_columns *earlier,
                    struct alignment *to)
{
    _cleanup_(search_done) struct search search = {.in = earlier};
    size_t likely = 0;

    to->same = run_columns_same_shape(later, earlier);
    to->rows = later->rows;
    if (to->same)
        return;
    to->to = text_realloc(to->to, later->rows + 1, sizeof(*to->to));
    vec_foreach (cell, &later->cells) {
        const struct column_cell *found = find_cell(&search, cell, likely);

        align_cell(&search, later, cell, found, to->to + cell->first);
        likely = found != NULL ? (size_t)(found - earlier->cells.items) + 1 : likely;
    }
}

void alignment_done(struct alignment *alignment)
{
    free(alignment->to);
    *alignment = (struct alignment){.same = false};
}
