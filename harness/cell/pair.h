/* SPDX-License-Identifier: Apache-2.0 */
/* The second guest of a cell, and its network with the one under test. It is a session of its own
 * that shares job, disks of the payload and bundle with the first; the product is not installed in
 * it, so nothing that happens to it is blamed on the product. */
#ifndef TS_CELL_PAIR_H
#define TS_CELL_PAIR_H

#include <stdbool.h>

#include "cell/case_run.h"
#include "cell/session.h"

/* Starts the second guest if a planned case runs there, measures its identity, and joins it with
 * the first, which runs. A failure, also another identity than planned, is recorded in the session.
 * Returns false if no case can be run. */
bool pair_start(struct session *session);

/* Gives the session's guest its address again after it was booted. Does nothing for a session
 * without a second guest. */
int pair_join(struct session *session, struct error **err);

/* Runs a case in the second guest. What it reports is not believed if one of the guests ended, and
 * a failure not if the network between them does not work. Returns false if no further case can
 * run. */
bool pair_run_case(struct session *session, const struct suite_case *planned,
                   struct case_result *row);

/* The second guest's session, for checking it after the cases; NULL: there is none. */
struct session *pair_client(struct session *session);

/* Ends the second guest, and adds to the result what was recorded of it, under its name. */
void pair_end(struct session *session);

#endif
