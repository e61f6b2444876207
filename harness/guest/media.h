/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Disks in: overlays on an image, the payload (a tar written onto a sparse raw disk of fixed size)
 * and an empty results disk.
 */
#ifndef TS_GUEST_MEDIA_H
#define TS_GUEST_MEDIA_H

#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "model/words.h"

struct error;

/* Fixed, because a saved state can only be restored with disks of the sizes it was saved with. */
#define MEDIA_PAYLOAD_SIZE (UINT64_C(1) << 30)
#define MEDIA_RESULTS_SIZE (UINT64_C(8) << 30) /* sparse; holds what a whole image provides */

/* A qcow2 overlay on an image or on another overlay, which stays as it is. backing is absolute. */
int media_make_overlay(const char *path, const char *backing, enum disk_format backing_format,
                       struct error **err);

/* An empty sparse disk. */
int media_make_results(const char *path, struct error **err);

/* A raw file of the same size as `from`, holes where that has zeros: UEFI's variables. */
int media_copy_sparse(const char *from, const char *to, struct error **err);

/* A payload being written. Names are relative paths inside the tar; folders above them are made by
 * tar as they are needed. Everything belongs to root there and has no time stamp, so the same
 * content gives the same disk. */
struct payload;
int payload_new(const char *path, struct payload **ret_payload, struct error **err);
int payload_add_memory(struct payload *payload, const char *name, const void *data, size_t length,
                       unsigned mode, struct error **err);
int payload_add_file(struct payload *payload, const char *name, const char *path, unsigned mode,
                     struct error **err);
/* Regular files and folders below `folder` in sorted order, modes kept; anything else is refused,
 * by name. */
int payload_add_folder(struct payload *payload, const char *name, const char *folder,
                       struct error **err);
/* Ends the tar and gives the disk its fixed size. -EFBIG, here or before, when it does not fit. */
int payload_finish(struct payload *payload, struct error **err);
void payload_free(struct payload *payload); /* an unfinished disk is removed */
DEFINE_CLEANUP(struct payload *, payload_free)

#endif
