/* SPDX-License-Identifier: Apache-2.0 */
/* What changed from one image to another: the newest assessed results of both, of all runs that
 * have ended. */
#ifndef TS_JUDGE_DIFF_IMAGES_H
#define TS_JUDGE_DIFF_IMAGES_H

#include "judge/diff.h"

struct image_diff {
    struct run_diff diff;           /* without runs and context; of cells of both images */
    size_t only_before, only_after; /* cells that only one of them has */
};

/* suite: only this one; NULL: all. -ENOENT: no run of one of the images has ended (with this
 * suite), or they share no cell. Free with image_diff_done. */
int diff_images(struct store *store, const char *before, const char *after, const char *suite,
                struct image_diff *ret_diff, struct error **err);
void image_diff_done(struct image_diff *diff);

#endif
