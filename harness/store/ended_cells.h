/* SPDX-License-Identifier: Apache-2.0 */
/* The names of the cells of all runs that have ended, without those made aside, from the index
 * alone. */
#ifndef TS_STORE_ENDED_CELLS_H
#define TS_STORE_ENDED_CELLS_H

#include <stdint.h>

#include "base/text.h"
#include "base/vec.h"

struct error;
struct store;

struct ended_run {
    char *id, *label, *build; /* label, build: NULL: none */
    int64_t created_ms, ended_ms;
};

struct ended_cell {
    char *image, *platform, *suite;
    size_t run;   /* its place in `runs` */
    size_t place; /* in the run's plan */
};

struct ended_cells {
    VEC(struct ended_run) runs;   /* newest first */
    VEC(struct ended_cell) cells; /* those of the newest run first, in the plan's order */
};
void ended_cells_done(struct ended_cells *cells);

/* -EUCLEAN: the row of a run does not match its digest, or a run has lost its cells; the rows of
 * cells are not verified. Free with ended_cells_done. */
int store_read_ended_cells(struct store *store, struct ended_cells *ret_cells, struct error **err);

#endif
