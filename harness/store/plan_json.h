/* SPDX-License-Identifier: Apache-2.0 */
/* What a run was asked for, as JSON; the cells stand elsewhere. */
#ifndef TS_STORE_PLAN_JSON_H
#define TS_STORE_PLAN_JSON_H

#include <jansson.h>

struct error;
struct plan;

/* How often a cell is run, and where suites that were named by their folder lie: members of a plan
 * here and of a run's manifest. A text that does not have them gets the defaults. */
void plan_budgets_to_json(const struct plan *plan, json_t *root);
int plan_budgets_from_json(const json_t *root, const char *what, struct plan *plan,
                           struct error **err);

/* New reference; without the cells. */
json_t *plan_to_json(const struct plan *plan);

/* `what` names the document; the plan has no cells yet. -EBADMSG. End with plan_done. */
int plan_from_json(const json_t *root, const char *what, struct plan *ret_plan, struct error **err);

#endif
