/* SPDX-License-Identifier: Apache-2.0 */
/* Starts a guest: makes its disks, boots or restores it, and measures its identity. */
#ifndef TS_CELL_START_H
#define TS_CELL_START_H

#include "cell/session.h"

/* Stages the product's packages and writes the payload and results disks. If staging fails, it is
 * recorded as a failure of the session (host) and the result is negative. */
int start_make_disks(struct session *session, struct error **err);

/* Without a suite: the payload disk holds the harness's programs only. */
int start_make_program_disks(struct session *session, struct error **err);

/* Restores the guest from its saved state, or boots it if there is none or the job request says
 * `cold`. A state that cannot be restored is removed and the guest is booted; the result records
 * which was done. */
int start_guest(struct session *session, struct error **err);

/* Creates disks as overlays on those of a saved state, which the caller has locked, and restores
 * and enters the guest. */
struct saved_state;
int start_from_state(struct session *session, const struct saved_state *state, struct error **err);

/* A single command in the guest: unpacks the payload, sets the clock, measures the identity. Fills
 * the result's identity, gaps and observations. A guest that does not match the plan is recorded in
 * the session and 0 is returned: see result_identity_matches. */
int start_measure(struct session *session, struct error **err);

/* The same after a restart of the guest: the identity must match, with a new boot ID. -EBADMSG. */
int start_measure_again(struct session *session, struct error **err);

/* Starts the guest of a session without a suite, from its saved state or by booting, and measures
 * its identity. */
int start_without_suite(struct session *session, struct error **err);

#endif
