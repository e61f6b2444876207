/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Disks out: the tar streams that a guest wrote onto its results disk. All of it is hostile: names
 * are checked, sizes bounded, and only regular files are handed on, never written anywhere.
 */
#ifndef TS_GUEST_MEDIA_RESULTS_DISK_H
#define TS_GUEST_MEDIA_RESULTS_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;

#define RESULTS_NAME_MAX 255

struct results_limits {
    uint64_t entry_bytes; /* of one file that are kept */
    uint64_t total_bytes; /* of all files that are kept */
    unsigned entries;
};
#define RESULTS_LIMITS_INIT                                                                        \
    {                                                                                              \
        .entry_bytes = 16 << 20, .total_bytes = 64 << 20, .entries = 4096                          \
    }

/* One regular file out of the guest. */
struct results_entry {
    const char *name; /* relative, no "..", printable ASCII */
    const char *data;
    size_t length;
    bool truncated; /* it was longer than entry_bytes; data is its head */
};

/*
 * Reads the tar stream in [offset, offset + length) of the disk (length 0: to its end), file by
 * file, in its order. `each` returns 0 to go on. Plain ustar, pax and GNU tar, not compressed.
 * -EBADMSG, the guest's: not a tar, cut short, or an entry that is refused (named); what came
 * before it was handed over. -ENODATA: nothing was written there. Other codes are the host's.
 * ret_sha256 (may be NULL): of all its bytes, as they were read: a guest that still runs may write
 * there meanwhile.
 */
int results_disk_read(const char *path, uint64_t offset, uint64_t length,
                      const struct results_limits *limits,
                      int (*each)(void *closure, const struct results_entry *entry,
                                  struct error **err),
                      void *closure, char *ret_sha256, struct error **err);

#endif
