/* SPDX-License-Identifier: Apache-2.0 */
/* What the guard in the guest (inside/guard.h) found, turned into the case's and the job's words.
 */
#ifndef TS_CELL_GUARD_H
#define TS_CELL_GUARD_H

#include "cell/session.h"
#include "suite/facts.h"

/* Keeps what the next leg is to be compared with, and makes the job a MISS, product, when something
 * was changed that a later case runs or is judged by: true then, and no further case may run. */
bool guard_take(struct session *session, const char *case_id, const struct facts *facts);

/* Once the case has a status: one that changed what others run, or got in the way of those who run
 * it, has not passed (MISS, product); what else it left behind becomes observations of it. */
void guard_judge(struct session *session, const struct facts *facts, struct case_result *row);

/* After a restart of the guest: mounts and file stamps begin anew, all else must be as it was. */
void guard_forget_boot(struct session *session);

/* The suite's files were unpacked again, in the same boot. */
void guard_forget_files(struct session *session);

#endif
