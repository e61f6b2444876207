/* SPDX-License-Identifier: Apache-2.0 */
/* A guest saved after its install cases, as a saved state (guest/warm.h) that depends on the
 * prepared one. It is created by an attempt that executed these cases, and used only by later
 * attempts of the same cell in the same run. Its key is a digest of all its inputs. */
#ifndef TS_CELL_INSTALLED_H
#define TS_CELL_INSTALLED_H

#include "cell/session.h"

/* Computes the key of the session's installation on top of the state `prepared`. Returns false if
 * the job request is of an older version that does not contain the suite's digest. */
bool installed_key(const struct session *session, const char *prepared,
                   char ret_key[DIGEST_TEXT_SIZE]);

/*
 * Starts the session's guest from the installation saved by an attempt that the job request names;
 * `prepared`: key of the state that it depends on. The rows of the install cases then say that they
 * were not executed. Returns false if there is none (recorded as evidence): then the cases must be
 * executed.
 */
bool installed_restore(struct session *session, const char *prepared);

/* If the job request asks for it, all install cases passed and nothing prevents it, saves the guest
 * once and continues from there. A reason not to save is stored as evidence. Negative: the guest is
 * gone. */
int installed_save(struct session *session, struct error **err);

#endif
