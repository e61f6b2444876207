/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files to model: platforms, features, suites and images, each checked against the RELAX NG schema
 * of the program's own data folder and then for what a schema cannot say. The files are a user's:
 * bounded, no DOCTYPE, no network.
 *
 * Messages begin with "file:line: ". -ENOENT, -EINVAL, -EBADMSG and -EFBIG are the file's fault,
 * any other code is the host's. What is returned belongs to the caller.
 */
#ifndef TS_CATALOG_CATALOG_H
#define TS_CATALOG_CATALOG_H

#include "model/image.h"
#include "model/platform.h"
#include "model/suite.h"

struct error;

#define CATALOG_FILE_LIMIT (256 * 1024) /* bytes of any XML file */

/* arch/features.xml. A name that is listed twice for one architecture is refused. */
int catalog_load_features(const char *path, struct feature_table **ret_table, struct error **err);

/* A platform's file. Every feature in it must be a row of the table for its architecture (without a
 * table, NULL, that is not checked); none may be in both has and lacks. */
int catalog_load_platform(const char *path, const struct feature_table *table,
                          struct platform **ret_platform, struct error **err);

/* FOLDER/suite.xml and what it names: each case's script is there, a plain file, executable. A
 * suite of several guests loads; whoever plans refuses it. suite->folder is made absolute. */
int catalog_load_suite(const char *folder, struct suite **ret_suite, struct error **err);

/* An image's file; looks at none of the files that it names (image_check.h does). */
int catalog_load_image(const char *path, struct image **ret_image, struct error **err);

/* Writes it so that catalog_load_image gives the same back. */
int catalog_write_image(const struct image *image, const char *path, struct error **err);

#endif
