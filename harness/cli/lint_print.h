/* SPDX-License-Identifier: Apache-2.0 */
/* Prints what a check of a user's file found. */
#ifndef TS_CLI_LINT_PRINT_H
#define TS_CLI_LINT_PRINT_H

#include "catalog/lint.h"

/* what: suite or policy; also a member of the JSON, and a part of its format's name. Returns the
 * exit code: 64 if there are errors. */
int lint_print(const char *what, const char *name, const struct lint *lint, bool json);

#endif
