/* SPDX-License-Identifier: Apache-2.0 */
/* Staged packages in the payload. */
#ifndef TS_CELL_STAGED_FILES_H
#define TS_CELL_STAGED_FILES_H

#include "cell/session.h"
#include "guest/media/payload.h"

/* Adds the packages to that folder of the payload, and the list of them as evidence of its name. */
int staged_files_add(struct session *session, const struct staged *staged, const char *folder,
                     struct payload *payload, struct error **err);

#endif
