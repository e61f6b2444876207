/* SPDX-License-Identifier: Apache-2.0 */
/* Checks a suite's folder and reports all faults and warnings at once; creates a new suite without
 * any. */
#ifndef TS_CATALOG_LINT_H
#define TS_CATALOG_LINT_H

#include <stdbool.h>

#include "base/vec.h"

struct error;

struct lint_note {
    bool is_error; /* true: error; false: warning */
    char *text;    /* "file:line: what is wrong, what to do", or without the line */
};
struct lint {
    VEC(struct lint_note) notes;
    unsigned errors, warnings;
};

/* A suite that cannot be loaded gives a single error. The result is negative only for faults of the
 * host. */
int catalog_lint_suite(const char *folder, struct lint *ret_lint, struct error **err);
void lint_done(struct lint *lint);

/* Creates PARENT/NAME with a suite.xml, cases and a README that pass the checks. -EEXIST if it
 * exists. */
int catalog_new_suite(const char *parent, const char *name, char **ret_folder, struct error **err);

#endif
