/* SPDX-License-Identifier: Apache-2.0 */
/* Certification programmes: arch/programmes/NAME.xml in the program's data, programmes/NAME.xml in
 * the user's home, or any file; and what a form states about its subject. */
#ifndef TS_CATALOG_PROGRAMME_H
#define TS_CATALOG_PROGRAMME_H

#include "catalog/lint.h"
#include "model/programme.h"

/* name: of a programme, or the path (containing '/' or ending in ".xml") of a file. -ENOENT;
 * -EBADMSG with file and line. */
int catalog_get_programme(const char *name, struct programme **ret_programme, char **ret_path,
                          struct error **err);

/* Reports what can never be satisfied, or always is. A file that cannot be read gives a single
 * error. Free with lint_done. */
int catalog_lint_programme(const char *name, struct lint *ret_lint, struct error **err);

/* Reads a file of statements. One that states a result is refused. Free with
 * programme_subject_done. */
int catalog_load_subject(const char *path, struct programme_subject *ret_subject,
                         struct error **err);

#endif
