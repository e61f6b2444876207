/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest saved after its install cases, as a saved state (guest/warm.h) that stands on the
 * prepared one. Only an attempt that executed them leaves one, and only later attempts of the same
 * cell in the same run begin from it; its key is a digest of all that took part.
 */
#ifndef TS_CELL_INSTALLED_H
#define TS_CELL_INSTALLED_H

#include "cell/session.h"

/* The key of the session's installation over what was prepared. False: its order is of a version
 * that does not say what its suite was. */
bool installed_key(const struct session *session, const char *prepared,
                   char ret_key[DIGEST_TEXT_SIZE]);

/* Starts the session's guest from what an attempt that the order names has left; `prepared`: key of
 * the state that it started from. The install cases' rows then say that they were not executed.
 * False: there is none, which the evidence says, and the cases are to be executed. */
bool installed_restore(struct session *session, const char *prepared);

/* Saves the guest once and goes on from there, where the order asks for it, all install cases
 * passed and nothing speaks against it: what does is kept as evidence. Negative: there is no guest
 * any more. */
int installed_save(struct session *session, struct error **err);

#endif
