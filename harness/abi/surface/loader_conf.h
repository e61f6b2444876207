/* SPDX-License-Identifier: Apache-2.0 */
/* ld.so.conf and the files that it includes: ldconfig(8), glibc elf/ldconfig.c (parse_conf). */
#ifndef TS_ABI_SURFACE_LOADER_CONF_H
#define TS_ABI_SURFACE_LOADER_CONF_H

#include <stdbool.h>

#include "base/text.h"
#include "base/vec.h"

#define LOADER_CONF "/etc/ld.so.conf"
#define LOADER_CONF_TEXT "conf-text:"   /* meta key of a surface, before the path of such a file */
#define LOADER_CONF_ADDED "conf-added:" /* the same for what is added to its end */

struct loader_conf_file {
    const char *path, *text; /* borrowed */
    bool made;               /* put together from the folders of a surface */
    bool read;
};
VEC_TYPE(loader_conf_files, struct loader_conf_file);

/* Appends the folders in ldconfig's order, each once, and the patterns of include lines as absolute
 * paths. Of several files with the same path the first counts. */
void loader_conf_read(struct loader_conf_files *files, struct strv *ret_folders,
                      struct strv *ret_patterns);

/* True if a pattern of an include line matches the path. */
bool loader_conf_matches(const char *pattern, const char *path);

/* True for ld.so.conf and the files in ld.so.conf.d. */
bool loader_conf_is_named(const char *path);

/* True for a text that ld.so.conf may include: comments, folders and include lines only. */
bool loader_conf_may_be(const char *head, size_t length);

#endif
