/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names to files. Platforms: arch/platforms/NAME.xml of the program's data and platforms/NAME.xml
 * of the user's home; suites: suites/NAME/ of both; images: arch/images/local/NAME.xml
 * and images/NAME.xml of the home; image lines: arch/images/NAME.xml and image-lines/NAME.xml. A
 * name that is in both places is refused: neither may stand in for the other unsaid. -ENOENT names
 * the closest name and lists those there are. Paths belong to the caller.
 */
#ifndef TS_CATALOG_FIND_H
#define TS_CATALOG_FIND_H

#include "base/text.h"

struct error;

int catalog_find_features(char **ret_path, struct error **err);
int catalog_find_platform(const char *name, char **ret_path, struct error **err);
int catalog_find_image(const char *name, char **ret_path, struct error **err);
int catalog_find_line(const char *name, char **ret_path, struct error **err);

/* name: a suite's name, or a path (with a '/') to a folder that holds suite.xml. */
int catalog_find_suite(const char *name, char **ret_folder, struct error **err);

/* Appends the names there are, sorted; the files are not opened. */
int catalog_list_platforms(struct strv *ret_names, struct error **err);
int catalog_list_images(struct strv *ret_names, struct error **err);
int catalog_list_lines(struct strv *ret_names, struct error **err);
int catalog_list_suites(struct strv *ret_names, struct error **err);

/* Where `image add` puts a file: $TOUCHSTONE_HOME/images/NAME.xml (the folder is made). */
int catalog_image_path(const char *name, char **ret_path, struct error **err);

#endif
