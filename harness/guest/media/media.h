/* SPDX-License-Identifier: Apache-2.0 */
/* Disks of a guest: overlays on an image, and sparse raw ones of fixed size. */
#ifndef TS_GUEST_MEDIA_MEDIA_H
#define TS_GUEST_MEDIA_MEDIA_H

#include <stddef.h>
#include <stdint.h>

#include "model/suite.h"
#include "model/words.h"

struct error;

/* Fixed, because a saved state can only be restored with disks of the sizes it was saved with. */
#define MEDIA_PAYLOAD_SIZE SUITE_PAYLOAD_MAX   /* sparse */
#define MEDIA_RESULTS_SIZE (UINT64_C(8) << 30) /* sparse; holds what a whole image provides */

/* A qcow2 overlay on an image or on another overlay, which stays as it is. backing is absolute. */
int media_make_overlay(const char *path, const char *backing, enum disk_format backing_format,
                       struct error **err);

/* An empty sparse disk. */
int media_make_results(const char *path, struct error **err);

/* A raw file of the same size as `from`, holes where that has zeros: UEFI's variables. */
int media_copy_sparse(const char *from, const char *to, struct error **err);

#endif
