/* SPDX-License-Identifier: Apache-2.0 */
/* A guest as its image boots it, with the harness's programs in it but no suite. */
#ifndef TS_CELL_FRESH_H
#define TS_CELL_FRESH_H

#include "cell/session.h"

/* Starts the guest of a session without a suite, from its saved state or by booting, and measures
 * its identity. */
int fresh_start(struct session *session, struct error **err);

#endif
