/* SPDX-License-Identifier: Apache-2.0 */
/* Policies of the gate: arch/policies/NAME.xml in the program's data, policies/NAME.xml in the
 * user's home, or any file. */
#ifndef TS_CATALOG_POLICY_H
#define TS_CATALOG_POLICY_H

#include "catalog/lint.h"
#include "model/policy.h"

/* name: of a policy, or the path (containing '/' or ending in ".xml") of a file. -ENOENT;
 * -EBADMSG. */
int catalog_get_policy(const char *name, struct policy **ret_policy, char **ret_path,
                       struct error **err);

/* Reports rows that can never apply, and settings without effect. Free with lint_done. */
int catalog_lint_policy(const char *name, struct lint *ret_lint, struct error **err);

#endif
