/* SPDX-License-Identifier: Apache-2.0 */
/* Repositories on an ISO 9660 image, extracted file by file without mounting it. */
#ifndef TS_STAGE_ISO_H
#define TS_STAGE_ISO_H

#include <stdbool.h>

struct error;
struct strv;

/* True if the file begins like an ISO 9660 image (volume descriptor, ECMA-119, 8.1). */
bool iso_probe(const char *path);

/* Extracts every repodata/ to `folder`, under its path on the image, and returns the folders that
 * contain one (relative to `folder`). -ENOENT: there is none; -EBADMSG: the image is damaged. */
int iso_take_metadata(const char *path, const char *folder, struct strv *ret_repositories,
                      struct error **err);

/* Extracts these files, given by their paths relative to `folder`. -ENOENT names one that the image
 * does not have. */
int iso_take_files(const char *path, const char *folder, const struct strv *files,
                   struct error **err);

#endif
