/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a cell of an earlier run again, aside: gate --investigate and recheck. */
#ifndef TS_CLI_REPLAY_H
#define TS_CLI_REPLAY_H

#include "judge/matrix.h"

struct error;
struct plan;
struct store;

/* Borrowed. */
struct replay_request {
    const char *image, *platform, *suite_folder, *label;
    const struct plan *plan; /* of the earlier run: how it was run */
    enum accel_policy accel;
    const char *what; /* names it in messages */
};

/* *ret_id (caller frees) stays NULL if it could not be run; messages say why. -EINTR: it was
 * interrupted. */
int replay_run(const struct replay_request *request, char **ret_id, struct error **err);

/* Loads the only cell of such a run, judged. Free with matrix_cell_done. */
int replay_load(struct store *store, const char *run_id, struct matrix_cell *ret_cell,
                struct error **err);

#endif
