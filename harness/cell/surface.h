/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an image provides to programs, read out of its first pristine guest, once for each digest of
 * its disk: HOME/surfaces/images/SHA256.VERSION leads to it.
 */
#ifndef TS_CELL_SURFACE_H
#define TS_CELL_SURFACE_H

#include "cell/session.h"

/* The surface of the image with this disk: its path, ending in SHA256.surface, or -ENOENT when no
 * guest of it was read yet. Caller frees. */
int surface_of_image(const char *home, const struct image *image, char **ret_path,
                     struct error **err);

/* The same for the session's image, reading its guest when there is none: nothing may have been
 * installed in it. Of those that come at the same time one reads, and the others wait for it. */
int surface_take(struct session *session, char **ret_path, struct error **err);

/* The same in a guest of its own, that a prepare job describes; the job's bundle names a folder
 * that is made and removed. What went wrong in the guest is logged. */
int surface_read_image(struct job *job, struct error **err);

#endif
