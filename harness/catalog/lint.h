/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong or unwise in a suite's folder, all of it at once; and a new suite that has none of
 * it.
 */
#ifndef TS_CATALOG_LINT_H
#define TS_CATALOG_LINT_H

#include <stdbool.h>

#include "base/vec.h"

struct error;

struct lint_note {
    bool is_error; /* else a warning */
    char *text;    /* "file:line: what, what to do", or without a line */
};
struct lint {
    VEC(struct lint_note) notes;
    unsigned errors, warnings;
};

/* A suite that does not load gives one note that is an error. Negative only when the host fails. */
int catalog_lint_suite(const char *folder, struct lint *ret_lint, struct error **err);
void lint_done(struct lint *lint);

/* Makes PARENT/NAME with a suite.xml, cases and a README that pass lint. -EEXIST when it is there.
 */
int catalog_new_suite(const char *parent, const char *name, char **ret_folder, struct error **err);

#endif
