/* SPDX-License-Identifier: Apache-2.0 */
/* Internals shared by the writers of bundles and journals. */
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
    char *path, *partial, *fresh; /* fresh: path of the blob being written */
    char *journal, *running;
    bool finished, noted; /* noted: it has a journal */
    bool noted_durably;   /* and the folder with its evidence is synced */
    uint64_t total;       /* bytes of all blobs */
    size_t synced;        /* number of blobs, from the first, that are synced */
    VEC(struct blob) blobs;
};

/* Sets the file names that are derived from the bundle's path. */
void writer_name_parts(struct bundle_writer *writer, const char *path);

/* Writes a file, and syncs it if `durable`. */
int writer_write_file(const char *path, const struct buffer *data, bool durable,
                      struct error **err);

/* Syncs the blobs that are not synced yet. */
int writer_sync_evidence(struct bundle_writer *writer, struct error **err);

#endif
