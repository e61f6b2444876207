/* SPDX-License-Identifier: Apache-2.0 */
/* Restarts a session's guest in the middle of a case. */
#ifndef TS_CELL_RESTART_H
#define TS_CELL_RESTART_H

#include "cell/session.h"
#include "suite/record.h"

/*
 * Shuts the guest down, cleanly or by cutting the power, boots it from its own disk, enters it, and
 * measures its identity again, which must be the same with a new boot ID. The console output so far
 * and a line about the restart are stored as evidence of the case. On failure the cell cannot
 * continue.
 */
int restart_guest(struct session *session, const char *case_id, enum restart kind, const char *mark,
                  struct error **err);

#endif
