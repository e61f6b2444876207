/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of a matrix, one per image. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "reports/matrix_view.h"
#include "reports/report.h"

/* Returns the index of a name and adds it if it is new. Cells are in the plan's order, so the
 * search starts at the index of the previous cell. */
static size_t place_of(struct strv *names, size_t before, const char *name)
{
    for (size_t i = 0; i < names->count; i++) {
        size_t place = (before + i) % names->count;

        if (strcmp(names->items[place], name) == 0)
            return place;
    }
    strv_add(names, name);
    return names->count - 1;
}

/* The cells of one image. */
struct grid {
    struct strv platforms, suites;
    VEC(const struct matrix_cell *) planned;
    const struct matrix_cell **cells; /* row by row; NULL if not planned */
    int *worst;                       /* rank of each suite */
};
VEC_TYPE(grids, struct grid);

static void grids_done(struct grids *grids)
{
    vec_foreach (grid, grids) {
        strv_done(&grid->platforms);
        strv_done(&grid->suites);
        vec_done(&grid->planned);
        free(grid->cells);
        free(grid->worst);
    }
    vec_done(grids);
}

/* Makes a grid for each image in one pass over the cells. */
static void sort_by_image(const struct matrix *matrix, struct grids *ret_grids)
{
    _cleanup_strv_ struct strv images = {0};
    size_t place = 0;

    vec_foreach (cell, &matrix->cells) {
        if (!selection_shows(&matrix->selection, (size_t)(cell - matrix->cells.items)))
            continue;
        place = place_of(&images, place, cell->cell.image);
        if (place == ret_grids->count)
            vec_add(ret_grids);
        *vec_add(&ret_grids->items[place].planned) = cell;
    }
}

static void grid_fill(struct grid *grid)
{
    size_t platform = 0, suite = 0;

    vec_foreach (cell, &grid->planned) {
        platform = place_of(&grid->platforms, platform, (*cell)->cell.platform);
        suite = place_of(&grid->suites, suite, (*cell)->cell.suite);
    }
    grid->cells = text_calloc(grid->platforms.count * grid->suites.count, sizeof(*grid->cells));
    grid->worst = text_calloc(grid->suites.count, sizeof(*grid->worst));
    for (size_t i = 0; i < grid->suites.count; i++)
        grid->worst[i] = report_rank(VERDICT_COMPATIBLE);
    vec_foreach (cell, &grid->planned) {
        int rank = report_rank((*cell)->judgement.verdict);

        platform = place_of(&grid->platforms, platform, (*cell)->cell.platform);
        suite = place_of(&grid->suites, suite, (*cell)->cell.suite);
        grid->cells[suite * grid->platforms.count + platform] = *cell;
        if (rank < grid->worst[suite])
            grid->worst[suite] = rank;
    }
}

static void add_cell(struct table *table, const struct matrix_cell *cell)
{
    _cleanup_buffer_ struct buffer scope = {0};
    _cleanup_free_ char *repeats = NULL;

    if (cell == NULL) {
        table_add(table, "·", TABLE_DIM);
        return;
    }
    matrix_view_scope(&cell->judgement, &scope);
    if (cell->cell.repeat > 1)
        repeats = text_format(" in %u %s", cell->summary.attempts,
                              text_plural(cell->summary.attempts, "attempt", "attempts"));
    table_format(table, matrix_view_colour(cell->judgement.verdict), "%s %s %u/%u%s%s%s%s%s%s",
                 verdict_name(cell->judgement.verdict), matrix_view_grade(cell),
                 cell->judgement.judged, cell->judgement.total,
                 cell->judgement.partial ? " partial" : "", scope.length > 0 ? " (" : "",
                 scope.length > 0 ? scope.data : "", scope.length > 0 ? ")" : "",
                 repeats != NULL ? repeats : "", cell->judgement.flaky ? " flaky" : "");
}

static void print_image(struct grid *grid, bool colour, struct buffer *out)
{
    _cleanup_(table_done) struct table table = {0};
    size_t width;

    grid_fill(grid);
    width = grid->platforms.count;
    table.columns = width + 1;
    buffer_format(out, "\nimage %s\n", grid->planned.items[0]->cell.image);
    table_add(&table, "suite", TABLE_DIM);
    for (size_t i = 0; i < width; i++)
        table_add(&table, grid->platforms.items[i], TABLE_DIM);
    for (int worst = 0; worst <= report_rank(VERDICT_COMPATIBLE); worst++)
        for (size_t i = 0; i < grid->suites.count; i++) {
            if (grid->worst[i] != worst)
                continue;
            table_add(&table, grid->suites.items[i], TABLE_PLAIN);
            for (size_t j = 0; j < width; j++)
                add_cell(&table, grid->cells[i * width + j]);
        }
    table_print(&table, "  ", colour, out);
}

void matrix_view_grids(const struct matrix *matrix, bool colour, struct buffer *out)
{
    _cleanup_(grids_done) struct grids grids = {0};

    sort_by_image(matrix, &grids);
    vec_foreach (grid, &grids)
        print_image(grid, colour, out);
}
