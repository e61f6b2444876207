/* SPDX-License-Identifier: Apache-2.0 */
/* The surface of an image (what it provides to programs), read from its first pristine guest, once
 * for each digest of its disk. HOME/surfaces/images/SHA256.VERSION refers to it. */
#ifndef TS_CELL_SURFACE_H
#define TS_CELL_SURFACE_H

#include "cell/session.h"

/* Returns the path of the surface for this image's disk, ending in SHA256.surface; -ENOENT if it
 * has not been read yet. Caller frees. */
int surface_of_image(const char *home, const struct image *image, char **ret_path,
                     struct error **err);

/* The same for the session's image; reads it from the session's guest if there is none. Nothing may
 * have been installed in that guest. If several jobs need it at once, one reads it and the others
 * wait. */
int surface_take(struct session *session, char **ret_path, struct error **err);

/* The same in a separate guest, described by a prepare job whose bundle names a temporary folder,
 * which is created and removed. Errors in the guest are logged. */
int surface_read_image(struct job *job, struct error **err);

#endif
