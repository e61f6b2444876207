/* SPDX-License-Identifier: Apache-2.0 */
/* The options by which `plan` and `run` say what is to be run. */
#ifndef TS_CLI_PLAN_OPTIONS_H
#define TS_CLI_PLAN_OPTIONS_H

#include <stdbool.h>

#include "cli/options.h"
#include "model/plan.h"

struct error;
struct estimate;
struct expansion;

/* The plan of no option; what one option says of it, where it says something; what two exclude. */
void plan_options_init(struct plan *plan);
void plan_options_take(struct plan *plan, enum option_id option, const char *value);
void plan_options_check(const struct plan *plan);

/* The plan with its estimate: a table, or JSON. Returns an exit code. */
int plan_print(const struct plan *plan, const struct expansion *expansion,
               const struct estimate *estimate, bool json);

/* Warns of packages that do not exist, by the lists at hand, for each suite and image of a plan;
 * ret (may be NULL) gets an object each: suite, image, checked, unknown. In plan_packages.c. */
struct json_t;
void plan_packages_check(const struct expansion *expansion, struct json_t *ret);

#endif
