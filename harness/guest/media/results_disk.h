/* SPDX-License-Identifier: Apache-2.0 */
/* Reads what a guest wrote to its results disk. */
#ifndef TS_GUEST_MEDIA_RESULTS_DISK_H
#define TS_GUEST_MEDIA_RESULTS_DISK_H

#include <stddef.h>
#include <stdint.h>

struct buffer;
struct error;

/* Appends [offset, offset + length) of the disk to ret_data, read once: a running guest may
 * overwrite it meanwhile. -EBADMSG (the guest's fault): beyond the end of the disk. Other codes are
 * faults of the host. */
int results_disk_read(const char *path, uint64_t offset, size_t length, struct buffer *ret_data,
                      struct error **err);

#endif
