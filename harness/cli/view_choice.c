/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/view_choice.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "catalog/view.h"
#include "judge/diff.h"
#include "store/store.h"

#define PREFIX "view:"

void view_choice_done(struct view_choice *choice)
{
    view_free(choice->view);
    query_with_done(&choice->with);
}

const char *view_choice_name(const char *word)
{
    return text_starts(word, PREFIX) ? word + sizeof(PREFIX) - 1 : NULL;
}

int view_choice_load(const char *name, struct view_choice *choice, struct across_options *options,
                     struct error **err)
{
    int code = catalog_get_view(name, &choice->view, NULL, err);

    if (code < 0)
        return code;
    query_with_init(&choice->with);
    options->view = choice->view;
    options->query = &choice->view->query;
    options->with = &choice->with.with;
    options->lines = &choice->view->lines;
    options->max_age = choice->view->max_age;
    options->now_ms = clock_wall_ms();
    return 0;
}

static int from_view(struct store *store, const char *name, const char *after,
                     struct waivers *waivers, struct run_diff *ret_diff, struct error **err)
{
    _cleanup_(view_choice_done) struct view_choice choice = {.view = NULL};
    struct across_options options = {.query = NULL};
    int code = view_choice_load(name, &choice, &options, err);

    if (code == 0)
        code = diff_from_view(store, choice.view->name, &options, after, waivers, ret_diff, err);
    if ((code == -ENOENT || code == -ENODATA) && choice.view != NULL)
        error_prefix(err, "view '%s'", choice.view->name);
    return code;
}

int view_choice_diff(struct store *store, const char *before, const char *after,
                     const struct diff_image *images, size_t image_count, struct waivers *waivers,
                     struct run_diff *ret_diff, struct error **err)
{
    const char *view = view_choice_name(before);
    _cleanup_free_ char *run_id = NULL;
    int code;

    if (view != NULL && image_count > 0)
        return error_set(err, -EINVAL,
                         "--map names images of a run, and '%s' is a view: its lines say which "
                         "images are builds of one product",
                         before);
    if (view != NULL)
        return from_view(store, view, after, waivers, ret_diff, err);
    code = store_find_run(store, before, &run_id, err);
    return code < 0 ? code
                    : diff_runs(store, run_id, after, images, image_count, waivers, ret_diff, err);
}
