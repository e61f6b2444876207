/* SPDX-License-Identifier: Apache-2.0 */
/* Starts a session's guest again in the middle of a case. */
#ifndef TS_CELL_RESTART_H
#define TS_CELL_RESTART_H

#include "cell/session.h"
#include "suite/record.h"

/*
 * Takes the guest down, in order or as a power cut does, boots it from its own disk, enters it, and
 * measures again who it is: it must be who it was, booted anew. The console up to here and a line
 * on the restart are kept as evidence of the case. On failure the cell cannot go on.
 */
int restart_guest(struct session *session, const char *case_id, enum restart kind, const char *mark,
                  struct error **err);

#endif
