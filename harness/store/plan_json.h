/* SPDX-License-Identifier: Apache-2.0 */
/* What a run was asked for, as the text that its row keeps; the cells have a table of their own. */
#ifndef TS_STORE_PLAN_JSON_H
#define TS_STORE_PLAN_JSON_H

struct error;
struct plan;

/* Caller frees. */
char *plan_to_text(const struct plan *plan);

/* `what` names the row; the plan has no cells yet. -EBADMSG. End with plan_done. */
int plan_from_text(const char *text, const char *what, struct plan *ret_plan, struct error **err);

#endif
