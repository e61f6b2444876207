/* SPDX-License-Identifier: Apache-2.0 */
/* Checks a case's script: it can be started, and its shell accepts the syntax. */
#ifndef TS_CATALOG_LINT_SCRIPT_H
#define TS_CATALOG_LINT_SCRIPT_H

#include "catalog/lint.h"
#include "model/suite.h"

/* Adds a formatted error or warning. */
void lint_add(struct lint *lint, bool is_error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Checks that need only the text of a script anywhere in a suite: the first line, line endings,
 * syntax. */
int lint_script_text(const char *path, const char *text, struct lint *lint, struct error **err);

/* Checks every script outside cases/ and files/. Defined in lint_tree.c. */
int lint_tree(const struct suite *suite, struct lint *lint, struct error **err);

int lint_script(const char *folder, const struct suite_case *row, struct lint *lint,
                struct error **err);

#endif
