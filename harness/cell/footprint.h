/* SPDX-License-Identifier: Apache-2.0 */
/* Takes the snapshots of the guest from which the product's footprint follows, if the plan has a
 * case that installs it. */
#ifndef TS_CELL_FOOTPRINT_H
#define TS_CELL_FOOTPRINT_H

#include "cell/session.h"

/* Before the first case. A prepared guest already has its first snapshot, so nothing is executed.
 */
void footprint_begin(struct session *session);

/* Before a case is started: after the install cases, or before the first uninstall case. */
void footprint_before(struct session *session, const struct case_result *row);

/* After a case: judges the last uninstall case. alive: the guest still responds. */
void footprint_after(struct session *session, struct case_result *row, bool alive);

/* After the last case. */
void footprint_end(struct session *session, bool alive);

#endif
