/* SPDX-License-Identifier: Apache-2.0 */
/* The catalogue of OS lines (arch/images/): what a file of such a name is. */
#ifndef TS_CATALOG_LINE_H
#define TS_CATALOG_LINE_H

#include "base/cleanup.h"
#include "catalog/register.h"
#include "model/image.h"

struct error;

DEFINE_CLEANUP(struct image_line *, image_line_free)

int catalog_load_line(const char *path, struct image_line **ret_line, struct error **err);
int catalog_get_line(const char *name, struct image_line **ret_line, struct error **err);

/* Whether a file of this name is of the line; *ret_version: the VERSION_ID that the name tells
 * (NULL when it tells none; caller frees). Pure. */
bool line_fits(const struct image_line *line, const char *file_name, char **ret_version);

/* The first line that a file of this name is of. -ENOENT: none. */
int catalog_match_line(const char *file_name, struct image_line **ret_line, char **ret_version,
                       struct error **err);

/* Fills what the order does not say yet from the line. */
void line_fill_order(const struct image_line *line, const char *version, struct image_order *order);

#endif
