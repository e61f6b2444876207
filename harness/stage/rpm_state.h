/* SPDX-License-Identifier: Apache-2.0 */
/* An image's rpm database on this host. It is given as one of the database's files, recognised by
 * its first bytes, or as a tar of its folder: rpmdb.sqlite (rpm 4.16 and later), Packages.db (ndb)
 * or Packages (Berkeley DB, which newer rpm can read). */
#ifndef TS_STAGE_RPM_STATE_H
#define TS_STAGE_RPM_STATE_H

struct error;

#define RPM_STATE_FOLDER "/var/lib/rpm"

/* Makes `root` a root folder that contains only this database. -EBADMSG: not an rpm database. */
int rpm_state_place(const char *state, const char *root, struct error **err);

#endif
