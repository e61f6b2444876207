/* SPDX-License-Identifier: Apache-2.0 */
/* What is installed in a guest, in its package manager's own words. */
#ifndef TS_CELL_PACKAGE_STATE_H
#define TS_CELL_PACKAGE_STATE_H

#include "cell/session.h"

/* Copies dpkg's status file, or a tar of rpm's database, out of the session's guest to `path`, as
 * stage_options takes it. An image of no known family, or without its database, leaves no file. */
int package_state_take(struct session *session, const char *path, struct error **err);

#endif
