/* SPDX-License-Identifier: Apache-2.0 */
/* Compares the results that a view had before a run with that run. */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text_map.h"
#include "judge/diff.h"
#include "store/store.h"

/* The newest result of an image, platform and suite: the cell of the same place in `across`. */
struct older {
    char *key;        /* of the image; owned */
    size_t line;      /* place of its line */
    bool in_baseline; /* the image is in the newest run of its line */
    bool found;       /* a cell of the run was compared with it */
};

/* A product line on a platform, with a suite. */
struct line {
    char *key; /* owned */
    const struct ended_run *newest;
    size_t count;  /* of its results in that run, one for each image */
    uint32_t only; /* one of them */
    bool tested;   /* the run has a cell of it */
};

struct comparing {
    struct store *store;
    const char *view, *run_id;
    const struct strv *lines;
    struct waivers *waivers;
    struct across across; /* each image is a line of its own */
    struct cell_records after;
    VEC(struct older) olders;
    VEC(struct line) groups;
    struct text_map by_image, by_line; /* places of both, by their keys */
    VEC(struct diff_image) images;     /* builds of the same line that were compared */
};

static void comparing_done(struct comparing *in)
{
    across_done(&in->across);
    cell_records_done(&in->after);
    vec_foreach (older, &in->olders)
        free(older->key);
    vec_foreach (line, &in->groups)
        free(line->key);
    vec_done(&in->olders);
    vec_done(&in->groups);
    text_map_done(&in->by_image);
    text_map_done(&in->by_line);
    vec_done(&in->images);
}

static char *key_of(const char *image, const char *platform, const char *suite)
{
    return text_format("%s\n%s\n%s", image, platform, suite);
}

static char *line_key(const struct comparing *in, const char *image, const char *platform,
                      const char *suite)
{
    return key_of(across_line_of(in->lines, image), platform, suite);
}

static size_t add_line(struct comparing *in, char *key)
{
    uint32_t place = text_map_get(&in->by_line, key);

    if (place != TEXT_MAP_NONE) {
        free(key);
        return place;
    }
    *vec_add(&in->groups) = (struct line){.key = key};
    text_map_put(&in->by_line, key, (uint32_t)in->groups.count - 1);
    return in->groups.count - 1;
}

/* The newest run of which a result of the line counts, or the newest at all: whatever images it had
 * must be there again. Runs are in the order of their age. */
static void find_newest(struct comparing *in)
{
    const struct ended_cells *source = &in->across.source;

    for (int any = 0; any < 2; any++)
        vec_foreach (older, &in->olders) {
            size_t place = (size_t)(older - in->olders.items);
            struct line *line = &in->groups.items[older->line];
            const struct ended_run *run = in->across.origins.items[place].run;
            bool counts = across_counts(&in->across.matrix.cells.items[place].judgement);

            if (any ? line->newest == NULL : counts && (line->newest == NULL || run < line->newest))
                line->newest = run;
        }
    vec_foreach (at, &in->across.selected) {
        const struct ended_cell *cell = &source->cells.items[*at];
        _cleanup_free_ char *image = key_of(cell->image, cell->platform, cell->suite);
        uint32_t place = text_map_get(&in->by_image, image);
        struct older *older = &in->olders.items[place];
        struct line *line = &in->groups.items[older->line];

        if (line->newest != &source->runs.items[cell->run] || older->in_baseline)
            continue;
        older->in_baseline = true;
        line->count++;
        line->only = place;
    }
}

static void index_view(struct comparing *in)
{
    vec_foreach (cell, &in->across.matrix.cells) {
        const struct cell_record *name = &cell->cell;
        struct older *older = vec_add(&in->olders);

        *older = (struct older){.key = key_of(name->image, name->platform, name->suite)};
        older->line = add_line(in, line_key(in, name->image, name->platform, name->suite));
        text_map_put(&in->by_image, older->key, (uint32_t)in->olders.count - 1);
    }
    find_newest(in);
}

/* The same image if the view has it, or else the newest build of its line. TEXT_MAP_NONE: neither.
 * Which of several variants of one product it would replace is not known. */
static int find_older(struct comparing *in, const struct cell_record *after, uint32_t *ret_place,
                      struct error **err)
{
    _cleanup_free_ char *image = key_of(after->image, after->platform, after->suite);
    _cleanup_free_ char *line_name = line_key(in, after->image, after->platform, after->suite);
    uint32_t place = text_map_get(&in->by_line, line_name);
    struct line *line = place != TEXT_MAP_NONE ? &in->groups.items[place] : NULL;

    *ret_place = text_map_get(&in->by_image, image);
    if (line == NULL)
        return 0;
    line->tested = true;
    if (*ret_place != TEXT_MAP_NONE)
        return 0;
    if (line->count > 1)
        return error_set(err, -EINVAL,
                         "image '%s' is of the line '%s', of which run '%s' has %zu images, so it "
                         "is not known which of them it takes the place of: give each variant a "
                         "line of its own in view '%s'",
                         after->image, across_line_of(in->lines, after->image), line->newest->id,
                         line->count, in->view);
    *ret_place = line->count == 1 ? line->only : TEXT_MAP_NONE;
    return 0;
}

static void note_images(struct comparing *in, const char *before, const char *after)
{
    vec_foreach (pair, &in->images)
        if (strcmp(pair->before, before) == 0 && strcmp(pair->after, after) == 0)
            return;
    *vec_add(&in->images) = (struct diff_image){before, after};
}

/* The side keeps the run and the image that it is of; before: TEXT_MAP_NONE, after: NULL: there is
 * none. */
static int compare(struct comparing *in, uint32_t before, const struct cell_record *after,
                   struct run_diff *to, struct error **err)
{
    _cleanup_(matrix_cell_done) struct matrix_cell old = {0}, new = {0};
    bool was = before != TEXT_MAP_NONE;
    struct diff_cell cell = {0};
    int code = 0;

    if (was)
        code = across_load_cell(in->store, &in->across, before, &old, err);
    if (code == 0 && after != NULL)
        code = matrix_read_cell(in->store, in->run_id, after, in->waivers, &new, err);
    if (code < 0)
        return code;
    diff_cells(was ? &old : NULL, after != NULL ? &new : NULL, &cell);
    if (was) {
        cell.before.run_id = text_dup(in->across.origins.items[before].run->id);
        cell.before.image = text_dup(old.cell.image);
    }
    to->compared += was && after != NULL;
    run_diff_add(to, &cell);
    return 0;
}

/* What the newest run of a line had is gone if the run has no cell of the same image; a single
 * build is replaced by any other build of its line. */
static bool is_gone(const struct comparing *in, const struct older *older)
{
    const struct line *line = &in->groups.items[older->line];

    return older->in_baseline && !older->found && !(line->count == 1 && line->tested);
}

static int compare_all(struct comparing *in, struct run_diff *to, struct error **err)
{
    int code = 0;

    vec_foreach (after, &in->after.rows) {
        uint32_t place;

        code = find_older(in, after, &place, err);
        if (code == 0 && place != TEXT_MAP_NONE) {
            in->olders.items[place].found = true;
            note_images(in, in->across.matrix.cells.items[place].cell.image, after->image);
        }
        if (code == 0)
            code = compare(in, place, after, to, err);
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
        if (is_gone(in, &in->olders.items[i]))
            code = compare(in, i, NULL, to, err);
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

        vec_foreach (older, &in->olders)
            used = used || ((older->found || is_gone(in, older)) &&
                            in->across.origins.items[older - in->olders.items].run == run);
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

/* What the view had when the run began: whatever was found out since does not change it. */
static int load(struct comparing *in, const struct across_options *options, struct run_diff *to,
                struct error **err)
{
    struct select_with with = {.now_ms = 0};
    struct across_options older = *options;
    int code = store_read_run(in->store, in->run_id, &to->after, err);

    if (code < 0)
        return code;
    if (options->with != NULL)
        with = *options->with;
    with.now_ms = to->after.created_ms;
    older.with = &with;
    older.now_ms = older.before_ms = to->after.created_ms;
    older.max_age = 0;
    older.lines = NULL;
    older.waivers = NULL;
    code = across_load(in->store, &older, &in->across, err);
    return code == 0 ? store_read_names(in->store, in->run_id, &in->after, err) : code;
}

int diff_from_view(struct store *store, const char *view, const struct across_options *options,
                   const char *after, struct waivers *waivers, struct run_diff *ret_diff,
                   struct error **err)
{
    _cleanup_(comparing_done) struct comparing in = {
        .store = store, .view = view, .run_id = after, .lines = options->lines, .waivers = waivers};
    _cleanup_(run_diff_done) struct run_diff diff = {.compared = 0};
    int code = load(&in, options, &diff, err);

    if (code < 0)
        return code;
    diff.view = text_dup(view);
    diff.before.id = text_format("view:%s", view);
    diff.before.state = RUN_ENDED;
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
