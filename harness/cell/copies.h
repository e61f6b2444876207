/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the copies of platform, image and suite in the run's folder. The bytes that are parsed are
 * the bytes that are hashed, and the digest must be the one that the run was planned with. */
#ifndef TS_CELL_COPIES_H
#define TS_CELL_COPIES_H

struct error;
struct session;

/* Loads what the job request names into the session. -EUCLEAN, with session->copies_changed set: a
 * copy has another digest. */
int copies_load(struct session *session, struct error **err);

/* Checks that the suite's folder has not changed since it was hashed; to be called after it was
 * last read. */
int copies_check_unchanged(struct session *session, struct error **err);

#endif
