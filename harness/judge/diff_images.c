/* SPDX-License-Identifier: Apache-2.0 */
/* Compares the newest results of two images. */
#include "judge/diff_images.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/text_map.h"
#include "judge/across.h"
#include "store/store.h"

struct comparing {
    struct store *store;
    struct across *across;
    const char *before, *after, *suite;
    struct text_map cells; /* "PLATFORM\nSUITE" of the first image: its place in the matrix */
    struct strv keys;
};

static void comparing_done(struct comparing *in)
{
    text_map_done(&in->cells);
    strv_done(&in->keys);
}

static bool is_of(const struct comparing *in, const struct cell_record *cell, const char *image)
{
    return strcmp(cell->image, image) == 0 &&
           (in->suite == NULL || strcmp(cell->suite, in->suite) == 0);
}

static size_t find_cells(struct comparing *in)
{
    const struct matrix *matrix = &in->across->matrix;

    for (size_t i = 0; i < matrix->cells.count; i++) {
        const struct cell_record *cell = &matrix->cells.items[i].cell;

        if (!is_of(in, cell, in->before))
            continue;
        strv_take(&in->keys, text_format("%s\n%s", cell->platform, cell->suite));
        text_map_put(&in->cells, in->keys.items[in->keys.count - 1], (uint32_t)i);
    }
    return in->keys.count;
}

static int load(const struct comparing *in, size_t place, struct matrix_cell *ret_cell,
                struct error **err)
{
    const char *run_id = in->across->origins.items[place].run->id;
    _cleanup_(cell_record_done) struct cell_record record = {0};
    int code = store_read_cell(in->store, run_id, &in->across->matrix.cells.items[place].cell,
                               &record, err);

    return code == 0 ? matrix_load_cell(in->store, run_id, &record, ret_cell, err) : code;
}

static int compare(const struct comparing *in, size_t before, size_t after, struct run_diff *to,
                   struct error **err)
{
    _cleanup_(matrix_cell_done) struct matrix_cell old = {0}, new = {0};
    struct diff_cell cell = {0};
    int code = load(in, before, &old, err);

    if (code == 0)
        code = load(in, after, &new, err);
    if (code < 0)
        return code;
    diff_cells(&old, &new, &cell);
    run_diff_add(to, &cell);
    to->compared++;
    return 0;
}

static int compare_all(struct comparing *in, struct image_diff *to, struct error **err)
{
    const struct matrix *matrix = &in->across->matrix;
    size_t before = find_cells(in);
    int code = 0;

    for (size_t i = 0; code == 0 && i < matrix->cells.count; i++) {
        const struct cell_record *cell = &matrix->cells.items[i].cell;
        _cleanup_free_ char *key = NULL;
        uint32_t other;

        if (!is_of(in, cell, in->after))
            continue;
        key = text_format("%s\n%s", cell->platform, cell->suite);
        other = text_map_get(&in->cells, key);
        if (other == TEXT_MAP_NONE)
            to->only_after++;
        else
            code = compare(in, other, i, &to->diff, err);
    }
    to->only_before = before - to->diff.compared;
    if (code == 0 && to->diff.compared == 0)
        code =
            error_set(err, -ENOENT,
                      "no ended runs of '%s' and '%s' have a cell in common: run the same suites "
                      "on both",
                      in->before, in->after);
    return code;
}

int diff_images(struct store *store, const char *before, const char *after, const char *suite,
                struct image_diff *ret_diff, struct error **err)
{
    const struct across_options options = {.now_ms = clock_wall_ms()};
    _cleanup_(across_done) struct across across = {.matrix = {.cells = {0}}};
    _cleanup_(comparing_done) struct comparing in = {
        .store = store, .across = &across, .before = before, .after = after, .suite = suite};
    struct image_diff diff = {.only_before = 0};
    int code = across_load(store, &options, &across, err);

    if (code == 0)
        code = compare_all(&in, &diff, err);
    if (code < 0) {
        image_diff_done(&diff);
        return code;
    }
    *ret_diff = diff;
    return 0;
}

void image_diff_done(struct image_diff *diff)
{
    run_diff_done(&diff->diff);
}
