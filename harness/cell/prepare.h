/* SPDX-License-Identifier: Apache-2.0 */
/* The prepare job: boots a guest once and saves it, for many cells to start from. */
#ifndef TS_CELL_PREPARE_H
#define TS_CELL_PREPARE_H

#include "cell/session.h"

/* Boots the guest, waits until its services are up, and saves it under its key. If the state exists
 * already, nothing is booted and the result names it. */
void prepare_run(struct session *session);

#endif
