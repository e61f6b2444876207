/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Found by name, loaded, and held to that name: a file whose inside says another is refused.
 * ret_path (may be NULL) is where it was found. What is returned belongs to the caller.
 */
#ifndef TS_CATALOG_GET_H
#define TS_CATALOG_GET_H

#include "model/image.h"
#include "model/platform.h"
#include "model/suite.h"

struct error;

/* The feature table of the program's data. */
int catalog_get_features(struct feature_table **ret_table, struct error **err);

int catalog_get_platform(const char *name, const struct feature_table *table,
                         struct platform **ret_platform, char **ret_path, struct error **err);
int catalog_get_image(const char *name, struct image **ret_image, char **ret_path,
                      struct error **err);

/* name may be a path to a folder, whose own name is free. */
int catalog_get_suite(const char *name, struct suite **ret_suite, char **ret_folder,
                      struct error **err);

#endif
