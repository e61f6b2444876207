/* SPDX-License-Identifier: Apache-2.0 */
/* What writing a bundle and its journal share. Only they include this. */
#ifndef TS_BUNDLE_WRITER_H
#define TS_BUNDLE_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/vec.h"

struct buffer;
struct error;

struct blob {
    char sha256[DIGEST_TEXT_SIZE];
    uint64_t size;
};

struct bundle_writer {
    char *path, *partial, *fresh; /* fresh: the blob that is being written */
    char *journal, *running;
    bool finished, noted; /* noted: it has a journal */
    uint64_t total;       /* bytes of all blobs */
    size_t synced;        /* blobs that are durable, from the first */
    VEC(struct blob) blobs;
};

/* Sets the names that follow from the bundle's. */
void writer_name_parts(struct bundle_writer *writer, const char *path);

/* Writes a file and waits until it is on the disk. */
int writer_write_file(const char *path, const struct buffer *data, struct error **err);

/* Makes the blobs durable that are not yet. */
int writer_sync_evidence(struct bundle_writer *writer, struct error **err);

#endif
