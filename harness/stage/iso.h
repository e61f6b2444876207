/* SPDX-License-Identifier: Apache-2.0 */
/* Repositories on an ISO 9660 image, taken out file by file; nothing is mounted. */
#ifndef TS_STAGE_ISO_H
#define TS_STAGE_ISO_H

#include <stdbool.h>

struct error;
struct strv;

/* Whether the file begins as an ISO 9660 image does (its volume descriptor, ECMA-119 8.1). */
bool iso_probe(const char *path);

/* Brings every repodata/ into `folder`, under its path on the image, and gives the folders that
 * hold one (below `folder`). -ENOENT: there is none; -EBADMSG: the image is damaged. */
int iso_take_metadata(const char *path, const char *folder, struct strv *ret_repositories,
                      struct error **err);

/* Brings these files, given by their paths below `folder`, into it. -ENOENT names one that the
 * image does not have. */
int iso_take_files(const char *path, const char *folder, const struct strv *files,
                   struct error **err);

#endif
