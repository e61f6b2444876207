/* SPDX-License-Identifier: Apache-2.0 */
/* The prepare job: one boot, from which many cells start. */
#ifndef TS_CELL_PREPARE_H
#define TS_CELL_PREPARE_H

#include "cell/session.h"

/* Boots the guest, waits until its services are up, and saves it under its key. Where the state is
 * there already, nothing is booted and the result names it. */
void prepare_run(struct session *session);

#endif
