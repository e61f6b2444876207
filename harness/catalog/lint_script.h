/* SPDX-License-Identifier: Apache-2.0 */
/* One case's script: can it be started, does its shell take it. */
#ifndef TS_CATALOG_LINT_SCRIPT_H
#define TS_CATALOG_LINT_SCRIPT_H

#include "catalog/lint.h"
#include "model/suite.h"

/* Adds a note, counted. */
void lint_add(struct lint *lint, bool is_error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* What can be told from the text of a script anywhere in a suite: its first line, line ends,
 * syntax.
 */
int lint_script_text(const char *path, const char *text, struct lint *lint, struct error **err);

/* Every script outside cases/ and files/. In lint_tree.c. */
int lint_tree(const struct suite *suite, struct lint *lint, struct error **err);

int lint_script(const char *folder, const struct suite_case *row, struct lint *lint,
                struct error **err);

#endif
