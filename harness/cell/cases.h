/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a suite's cases in a guest whose identity has been verified. */
#ifndef TS_CELL_CASES_H
#define TS_CELL_CASES_H

#include "cell/session.h"

/* Runs the expected cases in order. Stops when the guest ends; cases that were not run stay MISS,
 * with the reason. */
void cases_run(struct session *session);

#endif
