/* SPDX-License-Identifier: Apache-2.0 */
/* Compares the newest results of a view with a run. */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text_map.h"
#include "judge/diff.h"
#include "store/store.h"

/* A result of the view. */
struct older {
    char *key; /* line, platform and suite; owned */
    const char *image;
    bool found; /* by a cell of the run */
};

struct comparing {
    struct store *store;
    const char *view, *run_id;
    const struct strv *lines;
    struct waivers *waivers;
    struct across across;
    struct cell_records after;
    VEC(struct older) olders; /* of each cell of `across` */
    struct text_map by_key;
    VEC(struct diff_image) images; /* builds of the same line that were compared */
};

static void comparing_done(struct comparing *in)
{
    across_done(&in->across);
    cell_records_done(&in->after);
    vec_foreach (older, &in->olders)
        free(older->key);
    vec_done(&in->olders);
    text_map_done(&in->by_key);
    vec_done(&in->images);
}

static char *key_of(const struct comparing *in, const struct cell_record *cell)
{
    return text_format("%s\n%s\n%s", across_line_of(in->lines, cell->image), cell->platform,
                       cell->suite);
}

static void index_view(struct comparing *in)
{
    vec_foreach (cell, &in->across.matrix.cells) {
        struct older *older = vec_add(&in->olders);

        *older = (struct older){key_of(in, &cell->cell), cell->cell.image, false};
        text_map_put(&in->by_key, older->key, (uint32_t)in->olders.count - 1);
    }
}

static void note_images(struct comparing *in, const char *before, const char *after)
{
    vec_foreach (pair, &in->images)
        if (strcmp(pair->before, before) == 0 && strcmp(pair->after, after) == 0)
            return;
    *vec_add(&in->images) = (struct diff_image){before, after};
}

/* The side keeps the run that it is of; before and after: NULL: there is none. */
static int compare(struct comparing *in, const uint32_t *before, const struct cell_record *after,
                   struct run_diff *to, struct error **err)
{
    _cleanup_(matrix_cell_done) struct matrix_cell old = {0}, new = {0};
    struct diff_cell cell = {0};
    int code = 0;

    if (before != NULL)
        code = across_load_cell(in->store, &in->across, *before, &old, err);
    if (code == 0 && after != NULL)
        code = matrix_read_cell(in->store, in->run_id, after, in->waivers, &new, err);
    if (code < 0)
        return code;
    diff_cells(before != NULL ? &old : NULL, after != NULL ? &new : NULL, &cell);
    if (before != NULL)
        cell.before.run_id = text_dup(in->across.origins.items[*before].run->id);
    to->compared += before != NULL && after != NULL;
    run_diff_add(to, &cell);
    return 0;
}

static int compare_all(struct comparing *in, struct run_diff *to, struct error **err)
{
    int code = 0;

    vec_foreach (after, &in->after.rows) {
        _cleanup_free_ char *key = key_of(in, after);
        uint32_t place = text_map_get(&in->by_key, key);
        bool there = place != TEXT_MAP_NONE;

        if (there) {
            in->olders.items[place].found = true;
            note_images(in, in->olders.items[place].image, after->image);
        }
        code = compare(in, there ? &place : NULL, after, to, err);
        if (code < 0)
            return code;
    }
    if (to->compared == 0)
        return error_set(err, -EINVAL,
                         "view '%s' and run '%s' have no cell in common: 'touchstone matrix --view "
                         "%s' shows what the view has; its lines say which images are builds of "
                         "one product",
                         in->view, in->run_id, in->view);
    for (uint32_t i = 0; code == 0 && i < in->olders.count; i++)
        if (!in->olders.items[i].found)
            code = compare(in, &i, NULL, to, err);
    return code;
}

/* Of the runs that results of the view are of; what they had beside these results says nothing. */
static int compare_context(struct comparing *in, struct run_diff *to, struct error **err)
{
    vec_foreach (run, &in->across.source.runs) {
        _cleanup_(run_record_done) struct run_record record = {0};
        struct diff_context context = {0};
        bool used = false;
        int code;

        vec_foreach (origin, &in->across.origins)
            used = used || origin->run == run;
        if (!used)
            continue;
        strv_add(&to->view_runs, run->id);
        if (to->before.created_ms == 0)
            to->before.created_ms = run->created_ms;
        code = store_read_run(in->store, run->id, &record, err);
        if (code < 0)
            return code;
        diff_context_of(&record, &to->after, in->images.items, in->images.count, &context);
        diff_context_merge(&to->context, &context);
    }
    return 0;
}

int diff_from_view(struct store *store, const char *view, const struct across_options *options,
                   const char *after, struct waivers *waivers, struct run_diff *ret_diff,
                   struct error **err)
{
    _cleanup_(comparing_done) struct comparing in = {
        .store = store, .view = view, .run_id = after, .lines = options->lines, .waivers = waivers};
    _cleanup_(run_diff_done) struct run_diff diff = {.compared = 0};
    struct across_options older = *options;
    int code = store_read_run(store, after, &diff.after, err);

    older.before_ms = diff.after.created_ms;
    older.max_age = 0;
    older.waivers = NULL;
    if (code == 0)
        code = across_load(store, &older, &in.across, err);
    if (code < 0)
        return code;
    diff.view = text_dup(view);
    diff.before.id = text_format("view:%s", view);
    diff.before.state = RUN_ENDED;
    code = store_read_names(store, after, &in.after, err);
    if (code < 0)
        return code;
    index_view(&in);
    code = compare_all(&in, &diff, err);
    if (code == 0)
        code = compare_context(&in, &diff, err);
    if (code < 0)
        return code;
    *ret_diff = diff;
    diff = (struct run_diff){.compared = 0};
    return 0;
}
