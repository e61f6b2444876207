/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a suite's cases in a guest that is who it should be. */
#ifndef TS_CELL_CASES_H
#define TS_CELL_CASES_H

#include "cell/session.h"

/* Runs the expected cases in order. Stops when the guest ends; what did not run keeps its MISS,
 * with the reason.
 */
void cases_run(struct session *session);

#endif
