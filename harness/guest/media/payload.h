/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The payload: what a guest is given, as a pax archive on a sparse raw disk of fixed size. It is
 * streamed: neither a file's size nor the number of files takes memory. Names may have any bytes
 * and any length that a path has; holes stay holes. inside/begin.c reads it.
 */
#ifndef TS_GUEST_MEDIA_PAYLOAD_H
#define TS_GUEST_MEDIA_PAYLOAD_H

#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "model/words.h"

struct error;

/* A payload being written. Names are relative paths inside the archive; folders above them are made
 * as they are needed. Everything belongs to root there and has no time stamp, so the same content
 * gives the same disk. */
struct payload;
int payload_new(const char *path, struct payload **ret_payload, struct error **err);
int payload_add_memory(struct payload *payload, const char *name, const void *data, size_t length,
                       unsigned mode, struct error **err);
int payload_add_file(struct payload *payload, const char *name, const char *path, unsigned mode,
                     struct error **err);
/* All below `folder` that is for guests of this architecture (suite_file_is_for), in sorted order:
 * base/tree says what cannot go in, -EINVAL. */
int payload_add_suite(struct payload *payload, const char *name, const char *folder, enum arch arch,
                      struct error **err);

/* What it takes on a guest's file system, blocks of 4 KiB counted. */
uint64_t payload_unpacked_bytes(const struct payload *payload);

/* Ends the archive and gives the disk its fixed size. -EFBIG, here or before, when it does not fit.
 */
int payload_finish(struct payload *payload, struct error **err);
void payload_free(struct payload *payload); /* an unfinished disk is removed */
DEFINE_CLEANUP(struct payload *, payload_free)

#endif
