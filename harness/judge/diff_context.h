/* SPDX-License-Identifier: Apache-2.0 */
/* What differs between two runs beside their results: where to look for the cause of a change. */
#ifndef TS_JUDGE_DIFF_CONTEXT_H
#define TS_JUDGE_DIFF_CONTEXT_H

#include "base/vec.h"
#include "model/record.h"

struct diff_image;

/* All strings are owned. */
struct diff_context_row {
    char *kind, *name;    /* image, platform, features, suite, library, host; of host: which fact */
    char *before, *after; /* the beginning of a digest, or the value; NULL: the run has none */
};
VEC_TYPE(diff_context, struct diff_context_row);
void diff_context_done(struct diff_context *context);

/* Moves the rows that say something of both sides, and that `to` does not have yet. */
void diff_context_merge(struct diff_context *to, struct diff_context *from);

/* Compares the inputs by digest, and the facts about the host. An image in `images` takes the place
 * of another one. Pure. */
void diff_context_of(const struct run_record *before, const struct run_record *after,
                     const struct diff_image *images, size_t image_count,
                     struct diff_context *ret_context);

#endif
