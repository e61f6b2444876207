/* SPDX-License-Identifier: Apache-2.0 */
/* Folders of an image without links. */
#ifndef TS_ABI_METADATA_IMAGE_FOLDER_H
#define TS_ABI_METADATA_IMAGE_FOLDER_H

struct surface;

/* An absolute folder, with a slash at its end, without the image's links, "." and "..":
 * /lib/x/ -> /usr/lib/x/. image NULL: it has no links. Caller frees. */
char *image_folder_canonical(const struct surface *image, const char *folder);

#endif
