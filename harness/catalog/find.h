/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Maps names to files. Platforms: arch/platforms/NAME.xml in the program's data and
 * platforms/NAME.xml in the user's home; suites: suites/NAME/ in both; images:
 * arch/images/local/NAME.xml and HOME/images/NAME.xml; product lines: arch/images/NAME.xml and
 * HOME/image-lines/NAME.xml; policies of the gate, views and certification programmes in the
 * folders policies/, views/ and programmes/ of arch/ and of HOME. A name found in both places is
 * rejected as ambiguous. -ENOENT suggests the closest name and lists all. Returned paths are owned
 * by the caller.
 */
#ifndef TS_CATALOG_FIND_H
#define TS_CATALOG_FIND_H

#include "base/text.h"

struct error;

int catalog_find_features(char **ret_path, struct error **err);
int catalog_find_platform(const char *name, char **ret_path, struct error **err);
int catalog_find_image(const char *name, char **ret_path, struct error **err);
int catalog_find_line(const char *name, char **ret_path, struct error **err);
int catalog_find_policy(const char *name, char **ret_path, struct error **err);
int catalog_find_view(const char *name, char **ret_path, struct error **err);
int catalog_find_programme(const char *name, char **ret_path, struct error **err);

/* name: as `find_name` takes it, or the path (containing '/' or ending in ".xml") of a file, which
 * need not exist. */
int catalog_find_or_path(const char *name,
                         int (*find_name)(const char *name, char **ret_path, struct error **err),
                         char **ret_path, struct error **err);

/* name: a suite's name, or a path (containing '/') of a folder with a suite.xml. */
int catalog_find_suite(const char *name, char **ret_folder, struct error **err);

/* Appends all names, sorted; the files are not opened. */
int catalog_list_platforms(struct strv *ret_names, struct error **err);
int catalog_list_images(struct strv *ret_names, struct error **err);
int catalog_list_lines(struct strv *ret_names, struct error **err);
int catalog_list_policies(struct strv *ret_names, struct error **err);
int catalog_list_views(struct strv *ret_names, struct error **err);
int catalog_list_programmes(struct strv *ret_names, struct error **err);
int catalog_list_suites(struct strv *ret_names, struct error **err);

/* Returns where `image add` writes: $TOUCHSTONE_HOME/images/NAME.xml. The folder is created. */
int catalog_image_path(const char *name, char **ret_path, struct error **err);

#endif
