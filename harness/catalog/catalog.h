/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loads platforms, features, suites and images from XML files. Each file is validated against the
 * RELAX NG schema in the program's data folder and then checked for what a schema cannot express.
 * Files come from users: their size is limited, and DOCTYPE and network access are rejected.
 *
 * Messages begin with "file:line: ". -ENOENT, -EINVAL, -EBADMSG and -EFBIG mean that the file is at
 * fault, other codes the host. Returned objects are owned by the caller.
 */
#ifndef TS_CATALOG_CATALOG_H
#define TS_CATALOG_CATALOG_H

#include "model/image.h"
#include "model/platform.h"
#include "model/suite.h"

struct error;

#define CATALOG_FILE_LIMIT (256 * 1024) /* largest XML file, in bytes */

/* Loads arch/features.xml. A name listed twice for one architecture is rejected. */
int catalog_load_features(const char *path, struct feature_table **ret_table, struct error **err);

/* Loads a platform. Every feature in it must be in the table for its architecture (not checked if
 * the table is NULL), and none may be in both has and lacks. */
int catalog_load_platform(const char *path, const struct feature_table *table,
                          struct platform **ret_platform, struct error **err);

/* Loads FOLDER/suite.xml and checks what it refers to: each case's script must be an executable
 * regular file. A suite that needs several guests is loaded; the planner refuses it. suite->folder
 * is made absolute. */
int catalog_load_suite(const char *folder, struct suite **ret_suite, struct error **err);

/* The same; with `probes`, a suite of a product without <probes> gets the built-in ones, too; and
 * the suite gets those that measure, by name (NULL: none). */
int catalog_load_suite_probed(const char *folder, bool probes, const struct strv *measures,
                              struct suite **ret_suite, struct error **err);

/* Makes a copy of a suite complete, which must be the program's own and not the user's folder: with
 * <probes> in its suite.xml, and with their scripts. Does nothing for a suite without probes. */
int catalog_write_probes(const struct suite *suite, const char *copy, struct error **err);

/* Loads an image. The files that it refers to are not examined (see image_check.h). */
int catalog_load_image(const char *path, struct image **ret_image, struct error **err);

/* Writes an image so that catalog_load_image returns an equal one. */
int catalog_write_image(const struct image *image, const char *path, struct error **err);

#endif
