/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The run's copies of platform, image and suite as a job reads them: what is parsed is what was
 * hashed, and it has the digest that the run was planned with.
 */
#ifndef TS_CELL_COPIES_H
#define TS_CELL_COPIES_H

struct error;
struct session;

/* Loads what the job names into the session. -EUCLEAN, and session->copies_changed: a copy does not
 * have its digest. */
int copies_load(struct session *session, struct error **err);

/* Whether the suite's folder is still what was hashed: for after the last time that it is read. */
int copies_check_unchanged(struct session *session, struct error **err);

#endif
