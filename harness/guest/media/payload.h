/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The payload: what is passed into a guest, as a pax archive on a sparse raw disk of fixed size. It
 * is streamed, so memory use depends neither on file sizes nor on the number of files. Names may
 * contain any bytes and have any length that a path may have; holes are preserved. inside/begin.c
 * reads it.
 */
#ifndef TS_GUEST_MEDIA_PAYLOAD_H
#define TS_GUEST_MEDIA_PAYLOAD_H

#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "model/words.h"

struct error;

/* A payload being written. Names are paths relative to the archive's root; parent folders are
 * created as needed. All entries belong to root and have no time stamp, so the same content gives
 * the same disk. */
struct payload;
int payload_new(const char *path, struct payload **ret_payload, struct error **err);
int payload_add_memory(struct payload *payload, const char *name, const void *data, size_t length,
                       unsigned mode, struct error **err);
int payload_add_file(struct payload *payload, const char *name, const char *path, unsigned mode,
                     struct error **err);
/* Adds a symbolic link. */
int payload_add_link(struct payload *payload, const char *name, const char *target,
                     struct error **err);
/* Adds everything in `folder` that is meant for guests of this architecture (suite_file_is_for), in
 * sorted order. -EINVAL: an entry that cannot be packed (base/tree). */
int payload_add_suite(struct payload *payload, const char *name, const char *folder, enum arch arch,
                      struct error **err);

/* Space, in bytes, that the content needs on a guest's file system with 4 KiB blocks. */
uint64_t payload_unpacked_bytes(const struct payload *payload);

/* Finishes the archive and sets the disk's fixed size. -EFBIG, here or from earlier calls: it does
 * not fit. */
int payload_finish(struct payload *payload, struct error **err);
void payload_free(struct payload *payload); /* removes the disk if it was not finished */
DEFINE_CLEANUP(struct payload *, payload_free)

#endif
