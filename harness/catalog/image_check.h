/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files behind an image: are they there, are they what they are said to be, are they still the
 * ones that were registered. Messages name image and file; -ENOENT, -EINVAL and -EBADMSG (changed)
 * are the image's fault, other codes the host's.
 */
#ifndef TS_CATALOG_IMAGE_CHECK_H
#define TS_CATALOG_IMAGE_CHECK_H

#include <stddef.h>
#include <stdint.h>

#include "model/image.h"

struct error;

/* Each file is there, a plain file, readable, and its device, inode, size and times are those of
 * registration. Cheap: for each cell. */
int catalog_check_image_stamp(const struct image *image, struct error **err);

/* The same, and the disk's header and every sha256. Reads every byte: once a run. */
int catalog_check_image_digest(const struct image *image, struct error **err);

/* Every byte is as registered: the stamps of the files as they are now replace those in the image
 * (a copy or a restored backup has other inodes and times). ret_changed: a stamp was replaced. */
int catalog_refresh_image(struct image *image, bool *ret_changed, struct error **err);

/* Looks at a file once: absolute path, sha256, stamp. what names it in messages: "disk", "kernel".
 */
int catalog_take_file(const char *path, const char *what, struct image_file *ret_file,
                      struct error **err);

/* Up to `size` bytes of the file's beginning; ret_length: how many there are. */
int catalog_read_disk_head(const char *path, uint8_t *head, size_t size, size_t *ret_length,
                           struct error **err);

/* The disk's content is of the format that is claimed and points at no other file: no backing file,
 * no external data file, no encryption (QEMU docs/interop/qcow2.txt). */
int catalog_check_disk(const char *path, enum disk_format format, struct error **err);

/* A raw disk holds a partition table or a file system: anything at all would pass for a raw one. A
 * guest whose kernel is given may begin with an empty disk, as an installer does; one that boots
 * from its disk may not. -EINVAL says what was seen. */
int catalog_check_raw_content(const char *path, enum boot_kind boot, struct error **err);

#endif
