/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the cells that two runs have in common, and compares the runs. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "judge/diff.h"
#include "store/store.h"

/* A cell of the first run, under the name that its image has in the second. */
struct named_cell {
    const char *image;
    struct cell_record *cell;
    bool found;
};

struct sides {
    struct store *store;
    const char *before_id, *after_id;
    struct cell_records before, after;
    const struct diff_image *images;
    size_t image_count;
    struct waivers *waivers;
    struct named_cell *sorted; /* those of `before` */
};

static void sides_done(struct sides *sides)
{
    cell_records_done(&sides->before);
    cell_records_done(&sides->after);
    free(sides->sorted);
}

static int compare_named(const void *a, const void *b)
{
    const struct named_cell *x = a, *y = b;
    int order = strcmp(x->image, y->image);

    if (order == 0)
        order = strcmp(x->cell->platform, y->cell->platform);
    return order != 0 ? order : strcmp(x->cell->suite, y->cell->suite);
}

static const char *name_after(const struct sides *sides, const char *image)
{
    for (size_t i = 0; i < sides->image_count; i++)
        if (strcmp(sides->images[i].before, image) == 0)
            return sides->images[i].after;
    return image;
}

static void sort_cells(struct sides *sides)
{
    size_t count = sides->before.rows.count;

    sides->sorted = text_calloc(count + 1, sizeof(*sides->sorted));
    for (size_t i = 0; i < count; i++) {
        struct cell_record *cell = &sides->before.rows.items[i];

        sides->sorted[i] = (struct named_cell){name_after(sides, cell->image), cell, false};
    }
    if (count > 0)
        qsort(sides->sorted, count, sizeof(*sides->sorted), compare_named);
}

static struct named_cell *find_cell(const struct sides *sides, struct cell_record *after)
{
    const struct named_cell wanted = {after->image, after, false};

    return sides->before.rows.count == 0 ? NULL
                                         : bsearch(&wanted, sides->sorted, sides->before.rows.count,
                                                   sizeof(*sides->sorted), compare_named);
}

static bool has_image(const struct cell_records *cells, const char *image)
{
    vec_foreach (cell, &cells->rows)
        if (strcmp(cell->image, image) == 0)
            return true;
    return false;
}

static char *images_of(const struct cell_records *cells)
{
    _cleanup_strv_ struct strv names = {0};

    vec_foreach (cell, &cells->rows)
        if (!strv_has(&names, cell->image))
            strv_add(&names, cell->image);
    return strv_join(&names, ", ");
}

static int check_images(const struct sides *sides, struct error **err)
{
    for (size_t i = 0; i < sides->image_count; i++) {
        const char *names[] = {sides->images[i].before, sides->images[i].after};
        const struct cell_records *cells[] = {&sides->before, &sides->after};
        const char *runs[] = {sides->before_id, sides->after_id};

        for (int side = 0; side < 2; side++)
            if (!has_image(cells[side], names[side])) {
                _cleanup_free_ char *known = images_of(cells[side]);

                return error_set(err, -ENOENT, "run '%s' has no image '%s'; it has %s", runs[side],
                                 names[side], known);
            }
    }
    return 0;
}

/* The first cell, and how many more. */
static char *cells_of(const struct cell_records *cells)
{
    const struct cell_record *first = cells->rows.items;
    size_t more = cells->rows.count > 0 ? cells->rows.count - 1 : 0;
    char *rest, *text;

    if (first == NULL)
        return text_dup("none");
    rest = more > 0 ? text_format(" and %zu more", more) : text_dup("");
    text = text_format("%s/%s/%s%s", first->image, first->platform, first->suite, rest);
    free(rest);
    return text;
}

/* Totals of unrelated runs must not look like a comparison. */
static int check_common(const struct sides *sides, struct error **err)
{
    _cleanup_free_ char *before = NULL, *after = NULL;

    vec_foreach (cell, &sides->after.rows)
        if (find_cell(sides, cell) != NULL)
            return 0;
    before = cells_of(&sides->before);
    after = cells_of(&sides->after);
    return error_set(err, -EINVAL,
                     "runs '%s' and '%s' have no cell in common: the first has %s, the second %s; "
                     "--map OLD=NEW says which image takes the place of which",
                     sides->before_id, sides->after_id, before, after);
}

static int load_names(struct sides *sides, struct error **err)
{
    int code = store_read_names(sides->store, sides->before_id, &sides->before, err);

    if (code == 0)
        code = store_read_names(sides->store, sides->after_id, &sides->after, err);
    if (code < 0)
        return code;
    sort_cells(sides);
    code = check_images(sides, err);
    return code == 0 ? check_common(sides, err) : code;
}

void run_diff_add(struct run_diff *to, struct diff_cell *cell)
{
    vec_foreach (row, &cell->cases) {
        to->changes[row->change]++;
        to->waived += row->waived != NULL;
    }
    if (diff_cell_is_same(cell))
        diff_cell_done(cell);
    else
        *vec_add(&to->cells) = *cell;
}

static int compare_cell(const struct sides *sides, const struct cell_record *before,
                        const struct cell_record *after, struct run_diff *to, struct error **err)
{
    _cleanup_(matrix_cell_done) struct matrix_cell old = {0}, new = {0};
    struct diff_cell cell = {0};
    int code = 0;

    if (before != NULL)
        code = matrix_read_cell(sides->store, sides->before_id, before, NULL, &old, err);
    if (code == 0 && after != NULL)
        code = matrix_read_cell(sides->store, sides->after_id, after, sides->waivers, &new, err);
    if (code < 0)
        return code;
    to->compared += before != NULL && after != NULL;
    diff_cells(before != NULL ? &old : NULL, after != NULL ? &new : NULL, &cell);
    run_diff_add(to, &cell);
    return 0;
}

static int compare_all(struct sides *sides, struct run_diff *to, struct error **err)
{
    int code = 0;

    vec_foreach (after, &sides->after.rows) {
        struct named_cell *before = find_cell(sides, after);

        if (before != NULL)
            before->found = true;
        code = compare_cell(sides, before != NULL ? before->cell : NULL, after, to, err);
        if (code < 0)
            return code;
    }
    for (size_t i = 0; code == 0 && i < sides->before.rows.count; i++)
        if (!sides->sorted[i].found)
            code = compare_cell(sides, sides->sorted[i].cell, NULL, to, err);
    return code;
}

int diff_runs(struct store *store, const char *before, const char *after,
              const struct diff_image *images, size_t image_count, struct waivers *waivers,
              struct run_diff *ret_diff, struct error **err)
{
    _cleanup_(sides_done) struct sides sides = {.store = store,
                                                .before_id = before,
                                                .after_id = after,
                                                .images = images,
                                                .image_count = image_count,
                                                .waivers = waivers};
    _cleanup_(run_diff_done) struct run_diff diff = {.compared = 0};
    int code = store_read_run(store, before, &diff.before, err);

    if (code == 0)
        code = store_read_run(store, after, &diff.after, err);
    if (code == 0)
        code = load_names(&sides, err);
    if (code == 0)
        code = compare_all(&sides, &diff, err);
    if (code < 0)
        return code;
    diff_context_of(&diff.before, &diff.after, images, image_count, &diff.context);
    *ret_diff = diff;
    diff = (struct run_diff){.compared = 0};
    return 0;
}

void run_diff_done(struct run_diff *diff)
{
    run_record_done(&diff->before);
    run_record_done(&diff->after);
    free(diff->view);
    strv_done(&diff->view_runs);
    vec_foreach (cell, &diff->cells)
        diff_cell_done(cell);
    vec_done(&diff->cells);
    diff_context_done(&diff->context);
    selection_done(&diff->selection);
}

bool run_diff_is_worse(const struct run_diff *diff)
{
    vec_foreach (cell, &diff->cells) {
        if (diff_cell_is_worse(cell))
            return true;
        vec_foreach (row, &cell->cases)
            if (row->change <= DIFF_FLAKY && row->waived == NULL)
                return true;
    }
    return false;
}
