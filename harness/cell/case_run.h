/* SPDX-License-Identifier: Apache-2.0 */
/* Runs one case in a guest, with as many starts of the guest as it asks for. */
#ifndef TS_CELL_CASE_RUN_H
#define TS_CELL_CASE_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "cell/session.h"

/* Where the next record is on the results disk. */
struct case_place {
    uint64_t offset;
};

/* Fills the row, observations and evidence. A case that asks for a restart is run again from its
 * beginning once the guest is back; all its legs make one result, and an unfinished one none. False
 * when the guest is gone and no further case can run. */
bool case_run(struct session *session, const struct suite_case *planned, struct case_result *row,
              struct case_place *place);

void case_set_reason(struct case_result *row, enum status status, enum blame blame,
                     const char *reason);

#endif
