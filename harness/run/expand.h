/* SPDX-License-Identifier: Apache-2.0 */
/* From what was asked for to cells: images x platforms x suites, with everything loaded and
 * checked. */
#ifndef TS_RUN_EXPAND_H
#define TS_RUN_EXPAND_H

#include "base/vec.h"
#include "catalog/suite_payload.h"
#include "model/image.h"
#include "model/plan.h"
#include "model/platform.h"
#include "model/suite.h"

struct error;

/* What a plan was made from, with the files it came from. */
struct expansion {
    VEC(struct image *) images;
    VEC(struct platform *) platforms;
    VEC(struct suite *) suites;
    VEC(struct suite_sizes) sizes;           /* of each suite's folder and payload */
    struct strv image_files, platform_files; /* their files, in the same order */
};

/* Fills plan->cells from plan->images, platforms, suites. An empty list means: every registered
 * image, every platform that is no variant, every suite. A platform meets only images of its
 * architecture; one that was named and meets none is refused, as is a plan without a cell. A suite
 * that cannot be run in a cell (two guests, no packages for the image) gives cells that say why in
 * `refused`. */
int expand_plan(struct plan *plan, struct expansion *ret_expansion, struct error **err);
void expansion_done(struct expansion *expansion);

const struct suite *expansion_suite(const struct expansion *expansion,
                                    const char *name); /* or NULL */
const struct suite_sizes *expansion_sizes(const struct expansion *expansion,
                                          const char *name); /* or NULL */

#endif
