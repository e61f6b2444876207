/* SPDX-License-Identifier: Apache-2.0 */
/* From disks to a guest that has said who it is. */
#ifndef TS_CELL_START_H
#define TS_CELL_START_H

#include "cell/session.h"

/* Stages the product's packages and writes the payload and results disks. A product that cannot be
 * staged is the session's trouble (host); returns negative then. */
int start_make_disks(struct session *session, struct error **err);

/* Restores the guest from its saved state, or boots it where there is none (or the order says
 * cold). A state that does not restore is thrown away and a boot follows; the result says which it
 * was. */
int start_guest(struct session *session, struct error **err);

/* Disks on those of a saved state, which the caller holds, and the guest restored and entered. */
struct warm_state;
int start_from_state(struct session *session, const struct warm_state *state, struct error **err);

/* One exec: unpack the payload, set the clock, measure. Fills the result's identity, gaps and
 * observations. A guest that is not what the plan says is the session's trouble, with 0 returned:
 * see result_identity_matches. */
int start_measure(struct session *session, struct error **err);

/* The same after the guest was started again: it must match, and have another boot id. -EBADMSG. */
int start_measure_again(struct session *session, struct error **err);

#endif
