/* SPDX-License-Identifier: Apache-2.0 */
/* Finds an object by name and loads it. A file that contains another name than its file name is
 * rejected. ret_path (may be NULL) is the path of the file. Returned objects are owned by the
 * caller. */
#ifndef TS_CATALOG_GET_H
#define TS_CATALOG_GET_H

#include "model/image.h"
#include "model/platform.h"
#include "model/suite.h"

struct error;

/* Loads the feature table of the program's data. */
int catalog_get_features(struct feature_table **ret_table, struct error **err);

int catalog_get_platform(const char *name, const struct feature_table *table,
                         struct platform **ret_platform, char **ret_path, struct error **err);
int catalog_get_image(const char *name, struct image **ret_image, char **ret_path,
                      struct error **err);

/* name may be the path of a folder, whose own name does not matter. */
int catalog_get_suite(const char *name, struct suite **ret_suite, char **ret_folder,
                      struct error **err);

#endif
