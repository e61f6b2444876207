/* SPDX-License-Identifier: Apache-2.0 */
/* Disks of a guest: overlays on an image, and sparse raw disks of fixed size. */
#ifndef TS_GUEST_MEDIA_MEDIA_H
#define TS_GUEST_MEDIA_MEDIA_H

#include <stddef.h>
#include <stdint.h>

#include "model/suite.h"
#include "model/words.h"

struct error;

/* Sizes are fixed because a saved state can be restored only with disks of the sizes it was saved
 * with. */
#define MEDIA_PAYLOAD_SIZE SUITE_PAYLOAD_MAX /* sparse */
/* sparse; large enough for everything an image provides */
#define MEDIA_RESULTS_SIZE (UINT64_C(8) << 30)
/* The end of that disk, for what a case samples: SERIES_BYTES (series/series.h). Records end before
 * it. */
#define MEDIA_SAMPLES_SIZE (UINT64_C(8) << 20)
#define MEDIA_SAMPLES_OFFSET (MEDIA_RESULTS_SIZE - MEDIA_SAMPLES_SIZE)

/* Creates a qcow2 overlay on an image or another overlay, which is not modified. backing: absolute
 * path. */
int media_make_overlay(const char *path, const char *backing, enum disk_format backing_format,
                       struct error **err);

/* The same on a qcow2 disk that is never written again: an empty overlay is made once, in `folder`,
 * and copied. qemu-img takes 30 ms, most of it for syncing. */
int media_copy_overlay(const char *path, const char *backing, const char *folder,
                       struct error **err);

/* Creates an empty sparse disk. */
int media_make_results(const char *path, struct error **err);

/* Copies a small file, for example of UEFI variables, leaving holes where it contains zeros; it is
 * not synced. */
int media_copy_sparse(const char *from, const char *to, struct error **err);

#endif
