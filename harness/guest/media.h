/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Disks in, disks out. The payload is a tar written onto a sparse raw disk of fixed size; results
 * are tar streams that the guest wrote onto another. What is read from there is hostile: names are
 * checked, sizes bounded, and only regular files are handed on.
 */
#ifndef TS_GUEST_MEDIA_H
#define TS_GUEST_MEDIA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "model/words.h"

struct error;

#define MEDIA_PAYLOAD_SIZE (UINT64_C(1) << 30)
#define MEDIA_RESULTS_SIZE (UINT64_C(256) << 20)

/* A qcow2 overlay on an image or on another overlay, which stays as it is. */
int media_make_overlay(const char *path, const char *backing, enum disk_format backing_format,
                       struct error **err);

/* An empty sparse disk. */
int media_make_results(const char *path, struct error **err);

/* A payload being written. Names are relative paths inside the tar. */
struct payload;
int payload_new(const char *path, struct payload **ret_payload, struct error **err);
int payload_add_memory(struct payload *payload, const char *name, const void *data, size_t length,
                       unsigned mode, struct error **err);
int payload_add_file(struct payload *payload, const char *name, const char *path, unsigned mode,
                     struct error **err);
/* Regular files and folders below `folder`, modes kept; links are refused. */
int payload_add_folder(struct payload *payload, const char *name, const char *folder,
                       struct error **err);
/* Ends the tar and gives the disk its fixed size. -ENOSPC when it does not fit. */
int payload_finish(struct payload *payload, struct error **err);
void payload_free(struct payload *payload);
DEFINE_CLEANUP(struct payload *, payload_free)

struct media_limits {
    uint64_t entry_bytes; /* of one file that are kept */
    uint64_t total_bytes; /* of all files that are kept */
    unsigned entries;
};
#define MEDIA_LIMITS_INIT                                                                          \
    {                                                                                              \
        .entry_bytes = 16 << 20, .total_bytes = 64 << 20, .entries = 4096                          \
    }

/* One regular file out of the guest. */
struct media_entry {
    const char *name; /* relative, no "..", printable ASCII */
    const void *data;
    size_t length;
    bool truncated; /* it was longer than entry_bytes; data is its head */
};

/* Reads the tar stream that starts at `offset` (bytes) of the results disk, file by file, in its
 * order. `each` returns 0 to go on. -EBADMSG: not a tar, or an entry that is refused (named); what
 * came before it was handed over. -ENODATA: nothing was written there. ret_end (may be NULL):
 * offset after the stream's end marker. */
int media_read_results(const char *path, uint64_t offset, const struct media_limits *limits,
                       int (*each)(void *closure, const struct media_entry *entry,
                                   struct error **err),
                       void *closure, uint64_t *ret_end, struct error **err);

#endif
