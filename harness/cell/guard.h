/* SPDX-License-Identifier: Apache-2.0 */
/* Applies what the guard in the guest (inside/guard.h) found to the results of case and job. */
#ifndef TS_CELL_GUARD_H
#define TS_CELL_GUARD_H

#include "cell/session.h"
#include "suite/facts.h"

/* What the guard in the guest is told before a part of a case: the state after the last part, that
 * the guest was restored and nothing of the product has run in it, or nothing. */
const char *guard_state(struct session *session);

/* Stores the guard's state for comparison in the next part. If something was changed that later
 * cases run or are judged by, the job becomes MISS (product): then it returns true and no further
 * case may run. */
bool guard_take(struct session *session, const char *case_id, const struct facts *facts);

/* To be called once the case has a status. A case that changed what others run, or disturbed them,
 * does not pass (MISS, product); other things it left behind become observations. */
void guard_judge(struct session *session, const struct facts *facts, struct case_result *row);

/* After a restart of the guest: mounts and file stamps are recorded anew, everything else must be
 * unchanged. */
void guard_forget_boot(struct session *session);

/* The suite's files were unpacked again during the same boot. */
void guard_forget_files(struct session *session);

#endif
