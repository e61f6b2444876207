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

static size_t find_cells(struct comparing *in)
{
    const struct matrix *matrix = &in->across->matrix;

    for (size_t i = 0; i < matrix->cells.count; i++) {
        const struct cell_record *cell = &matrix->cells.items[i].cell;

        if (strcmp(cell->image, in->before) != 0)
            continue;
        strv_take(&in->keys, text_format("%s\n%s", cell->platform, cell->suite));
        text_map_put(&in->cells, in->keys.items[in->keys.count - 1], (uint32_t)i);
    }
    return in->keys.count;
}

static int compare(const struct comparing *in, size_t before, size_t after, struct run_diff *to,
                   struct error **err)
{
    _cleanup_(matrix_cell_done) struct matrix_cell old = {0}, new = {0};
    struct diff_cell cell = {0};
    int code = across_load_cell(in->store, in->across, before, &old, err);

    if (code == 0)
        code = across_load_cell(in->store, in->across, after, &new, err);
    if (code < 0)
        return code;
    diff_cells(&old, &new, &cell);
    run_diff_add(to, &cell);
    to->compared++;
    return 0;
}

static int say_none(const struct comparing *in, struct error **err)
{
    return error_set(err, -ENOENT,
                     "no ended runs of '%s' and '%s' have a cell in common: run the same suites on "
                     "both",
                     in->before, in->after);
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

        if (strcmp(cell->image, in->after) != 0)
            continue;
        key = text_format("%s\n%s", cell->platform, cell->suite);
        other = text_map_get(&in->cells, key);
        if (other == TEXT_MAP_NONE)
            to->only_after++;
        else
            code = compare(in, other, i, &to->diff, err);
    }
    to->only_before = before - to->diff.compared;
    return code == 0 && to->diff.compared == 0 ? say_none(in, err) : code;
}

/* Only the results of these two, so that those of other images are not read. */
static int select_results(const struct comparing *in, struct query *ret_query, struct error **err)
{
    const char *suite = in->suite != NULL ? in->suite : "";
    _cleanup_free_ char *text =
        text_format("(image:\"%s\" or image:\"%s\")%s%s%s", in->before, in->after,
                    *suite != '\0' ? " suite:\"" : "", suite, *suite != '\0' ? "\"" : "");

    /* A surface may also be a path, which is no image; names mean nothing in a query. */
    if (!text_is_name(in->before) || !text_is_name(in->after))
        return error_set(err, -ENOENT, "no run is of '%s': it is not the name of an image",
                         text_is_name(in->before) ? in->after : in->before);
    if (*suite != '\0' && !text_is_name(suite))
        return error_set(err, -ENOENT, "no run is of suite '%s': it is not a name", suite);
    return query_parse(text, QUERY_VIEW, ret_query, err);
}

int diff_images(struct store *store, const char *before, const char *after, const char *suite,
                struct image_diff *ret_diff, struct error **err)
{
    _cleanup_(query_done) struct query query = {.root = QUERY_NONE};
    const struct select_with with = {.now_ms = clock_wall_ms()};
    const struct across_options options = {
        .query = &query, .with = &with, .now_ms = clock_wall_ms()};
    _cleanup_(across_done) struct across across = {.matrix = {.cells = {0}}};
    _cleanup_(comparing_done) struct comparing in = {
        .store = store, .across = &across, .before = before, .after = after, .suite = suite};
    struct image_diff diff = {.only_before = 0};
    _cleanup_error_ struct error *none = NULL;
    int code = select_results(&in, &query, err);

    if (code < 0)
        return code;
    code = across_load(store, &options, &across, &none);
    if (code == -ENOENT)
        return say_none(&in, err);
    if (code < 0 && err != NULL)
        *err = steal_ptr(none);
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
