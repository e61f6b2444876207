/* SPDX-License-Identifier: Apache-2.0 */
/* Expands a request into cells: images x platforms x suites, with all files loaded and checked. */
#ifndef TS_RUN_EXPAND_H
#define TS_RUN_EXPAND_H

#include "base/vec.h"
#include "catalog/suite_payload.h"
#include "model/image.h"
#include "model/plan.h"
#include "model/platform.h"
#include "model/suite.h"

struct error;

/* The objects that a plan was made from, and their files. */
struct expansion {
    VEC(struct image *) images;
    VEC(struct platform *) platforms;
    VEC(struct suite *) suites;
    VEC(struct suite_sizes) sizes;           /* sizes of each suite's folder and payload */
    struct strv image_files, platform_files; /* paths of their files, in the same order */
};

/*
 * Fills plan->cells from plan->images, platforms and suites. An empty list means every registered
 * image, every platform that is not a variant, every suite. Platforms are combined with images of
 * their architecture only; a platform that was named but has no such image is an error, and so is a
 * plan without cells. A suite that cannot run in a cell (two guests, no packages for the image)
 * gives cells with the reason in `refused`.
 */
int expand_plan(struct plan *plan, struct expansion *ret_expansion, struct error **err);
void expansion_done(struct expansion *expansion);

const struct suite *expansion_suite(const struct expansion *expansion,
                                    const char *name); /* NULL is allowed */
const struct suite_sizes *expansion_sizes(const struct expansion *expansion,
                                          const char *name); /* NULL is allowed */

#endif
