/* SPDX-License-Identifier: Apache-2.0 */
/* Runs one case in a guest, including the restarts of the guest that it requests. */
#ifndef TS_CELL_CASE_RUN_H
#define TS_CELL_CASE_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "cell/session.h"

/* Where the next record will be on the results disk. */
struct case_place {
    uint64_t offset;
};

/*
 * Runs the case and fills its row, observations and evidence. A case that requests a restart is run
 * again from its beginning after the guest is back; its parts together make one result, and if one
 * part does not finish there is no result. Returns false if the guest is gone and no further case
 * can run.
 */
bool case_run(struct session *session, const struct suite_case *planned, struct case_result *row,
              struct case_place *place);

void case_set_reason(struct case_result *row, enum status status, enum blame blame,
                     const char *reason);

#endif
