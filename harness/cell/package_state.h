/* SPDX-License-Identifier: Apache-2.0 */
/* Copies the package manager's database out of a guest. */
#ifndef TS_CELL_PACKAGE_STATE_H
#define TS_CELL_PACKAGE_STATE_H

#include "cell/session.h"

/* Writes dpkg's status file, or a tar of rpm's database, from the session's guest to `path`, in the
 * format that stage_options accepts. No file is written for an image without a known package family
 * or database. */
int package_state_take(struct session *session, const char *path, struct error **err);

#endif
