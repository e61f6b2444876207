/* SPDX-License-Identifier: Apache-2.0 */
/* Finds what made cases fail that passed in the baseline, by running their cells again. */
#ifndef TS_CLI_INVESTIGATE_H
#define TS_CLI_INVESTIGATE_H

#include "cli/image_map.h"
#include "judge/gate.h"
#include "judge/investigate.h"

struct error;

/* Investigates the new failures that the gate refused, of at most INVESTIGATE_CELLS cells, one run
 * after the other; each is made aside. -EINTR: interrupted. */
enum { INVESTIGATE_CELLS = 5 };
int investigate_refused(const struct gate *gate, const struct run_diff *diff,
                        const struct image_map *images, struct investigations *ret_found,
                        struct error **err);
#endif
