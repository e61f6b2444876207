/* SPDX-License-Identifier: Apache-2.0 */
/* A view on the command line: --view NAME, or view:NAME in place of a run. */
#ifndef TS_CLI_VIEW_CHOICE_H
#define TS_CLI_VIEW_CHOICE_H

#include "cli/query.h"
#include "judge/diff.h"
#include "model/view.h"

/* Zeroed: none. */
struct view_choice {
    struct view *view;
    struct query_with with;
};
void view_choice_done(struct view_choice *choice);

/* The name after "view:", or NULL: the word names a run. */
const char *view_choice_name(const char *word);

/* Loads a view, and sets `options` to what it shows now; they borrow from `choice`. -ENOENT,
 * -EBADMSG. */
int view_choice_load(const char *name, struct view_choice *choice, struct across_options *options,
                     struct error **err);

/* Compares a run, or the view of "view:NAME", with a later run (judge/diff.h). `images` are those
 * of --map, which a view does not need: -EINVAL. */
int view_choice_diff(struct store *store, const char *before, const char *after,
                     const struct diff_image *images, size_t image_count, struct waivers *waivers,
                     struct run_diff *ret_diff, struct error **err);

#endif
