/* SPDX-License-Identifier: Apache-2.0 */
/* The catalogue of product lines (arch/images/): identifies a vendor's disk image by its file
 * name. */
#ifndef TS_CATALOG_LINE_H
#define TS_CATALOG_LINE_H

#include "base/cleanup.h"
#include "catalog/register.h"
#include "model/image.h"

struct error;

DEFINE_CLEANUP(struct image_line *, image_line_free)

int catalog_load_line(const char *path, struct image_line **ret_line, struct error **err);
int catalog_get_line(const char *name, struct image_line **ret_line, struct error **err);

/* True if the file name belongs to the product line. *ret_version: the VERSION_ID contained in the
 * name (NULL if none; caller frees). Has no side effects. */
bool line_fits(const struct image_line *line, const char *file_name, char **ret_version);

/* Finds the first product line that the file name belongs to. -ENOENT: none. */
int catalog_match_line(const char *file_name, struct image_line **ret_line, char **ret_version,
                       struct error **err);

/* Sets the members of the request that are still unset from the product line. */
void line_fill_request(const struct image_line *line, const char *version,
                       struct image_request *request);

#endif
