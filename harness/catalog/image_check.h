/* SPDX-License-Identifier: Apache-2.0 */
/* Checks the files of an image: they exist, have the stated format, and have not changed since
 * registration. Messages name the image and the file; -ENOENT, -EINVAL and -EBADMSG (changed) mean
 * that the image is at fault, other codes the host. */
#ifndef TS_CATALOG_IMAGE_CHECK_H
#define TS_CATALOG_IMAGE_CHECK_H

#include <stddef.h>
#include <stdint.h>

#include "model/image.h"

struct error;

/* Each file is a readable regular file with the device, inode, size and times of registration.
 * Cheap; done for each cell. */
int catalog_check_image_stamp(const struct image *image, struct error **err);

/* In addition, checks the disk's header and all digests. Reads every byte; done once a run. */
int catalog_check_image_digest(const struct image *image, struct error **err);

/* Verifies all digests and updates the stamps stored in the image (a copied or restored file has
 * another inode and other times). ret_changed: a stamp was updated. */
int catalog_refresh_image(struct image *image, bool *ret_changed, struct error **err);

/* Reads a file once to obtain its absolute path, digest and stamp. `what` names it in messages:
 * "disk", "kernel". */
int catalog_take_file(const char *path, const char *what, struct image_file *ret_file,
                      struct error **err);

/* Reads up to `size` bytes from the beginning of a file; ret_length: number of bytes read. */
int catalog_read_disk_head(const char *path, uint8_t *head, size_t size, size_t *ret_length,
                           struct error **err);

/* Checks that a disk has the stated format and refers to no other file: no backing file, no
 * external data file, no encryption (QEMU, docs/interop/qcow2.txt). */
int catalog_check_disk(const char *path, enum disk_format format, struct error **err);

/* Checks that a raw disk contains a partition table or a file system, because any file passes as a
 * raw disk. An empty disk is accepted if the kernel is given, as for an installer, but not if the
 * guest boots from the disk. -EINVAL says what was found. */
int catalog_check_raw_content(const char *path, enum boot_kind boot, struct error **err);

#endif
