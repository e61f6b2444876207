/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the tar streams that a guest wrote to its results disk. They are not trusted: names are
 * checked, sizes limited, and only regular files are passed on; nothing is extracted to the host's
 * file system. */
#ifndef TS_GUEST_MEDIA_RESULTS_DISK_H
#define TS_GUEST_MEDIA_RESULTS_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;

#define RESULTS_NAME_MAX 255

struct results_limits {
    uint64_t entry_bytes; /* bytes passed on of one file */
    uint64_t total_bytes; /* bytes passed on of all files */
    unsigned entries;
};
#define RESULTS_LIMITS_INIT                                                                        \
    {                                                                                              \
        .entry_bytes = 16 << 20, .total_bytes = 64 << 20, .entries = 4096                          \
    }

/* A regular file from the guest. */
struct results_entry {
    const char *name; /* relative, no "..", printable ASCII */
    const char *data;
    size_t length;
    bool truncated; /* it was longer than entry_bytes; data is its beginning */
};

/*
 * Reads the tar stream in [offset, offset + length) of the disk (length 0: to the end) and calls
 * `each` for every file in order; `each` returns 0 to continue. Accepts uncompressed ustar, pax and
 * GNU tar. -EBADMSG (the guest's fault): not a tar, truncated, or a rejected entry (named); earlier
 * files were passed on. -ENODATA: nothing was written there. Other codes are faults of the host.
 * ret_sha256 (may be NULL): digest of the bytes that were read, because a running guest may
 * overwrite them meanwhile.
 */
int results_disk_read(const char *path, uint64_t offset, uint64_t length,
                      const struct results_limits *limits,
                      int (*each)(void *closure, const struct results_entry *entry,
                                  struct error **err),
                      void *closure, char *ret_sha256, struct error **err);

#endif
