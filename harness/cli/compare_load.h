/* SPDX-License-Identifier: Apache-2.0 */
/* Loads the cells of runs, suite by suite, and compares them. */
#ifndef TS_CLI_COMPARE_LOAD_H
#define TS_CLI_COMPARE_LOAD_H

#include "judge/compare.h"

struct error;

struct compare_request {
    struct strv runs;      /* as typed; at least one */
    const char *suite;     /* only this one; NULL: all */
    const char *reference; /* a cell, which may be abbreviated (cli/cell_name.h); NULL: of each
                              suite the first in which something was judged */
};

VEC_TYPE(comparisons, struct comparison);

/* -ENOENT: there is no such run, suite or reference. A suite with nothing to compare has its
 * `problem`. Free with comparisons_done. */
int compare_load(const struct compare_request *request, struct comparisons *ret_comparisons,
                 struct error **err);
void comparisons_done(struct comparisons *comparisons);

#endif
