/* SPDX-License-Identifier: Apache-2.0 */
/* The options of `plan` and `run` that select what is run. */
#ifndef TS_CLI_PLAN_OPTIONS_H
#define TS_CLI_PLAN_OPTIONS_H

#include <stdbool.h>

#include "cli/options.h"
#include "model/plan.h"
#include "run/estimate.h"
#include "run/expand.h"

struct error;
struct store;

/* The plan without any option; applies one option to it if it concerns the plan; checks for options
 * that exclude each other. */
void plan_options_init(struct plan *plan);
void plan_options_set(struct plan *plan, enum option_id option, const char *value);
void plan_options_check(const struct plan *plan);

/* Exits with 64 if the value of --label or --build would not be printed as it was given. */
void plan_options_check_line(enum option_id option, const char *value);

/* A plan expanded against the catalogue and estimated from the store's history. */
struct evaluation {
    const char *home;
    struct store *store;
    struct expansion expansion;
    struct estimate estimate;
};

/* Opens the store too. Adds the cells to the plan. */
int plan_evaluate(struct plan *plan, struct evaluation *ret, struct error **err);
void evaluation_done(struct evaluation *evaluation);

/* Prints the plan with its estimate as a table or JSON. Returns an exit code. */
int plan_print(const struct plan *plan, const struct evaluation *evaluation, bool json);

/* Warns about packages that do not exist according to the available package lists, for each suite
 * and image of a plan; ret (may be NULL) receives objects with suite, image, checked, unknown.
 * Defined in plan_packages.c. */
struct json_t;
void plan_packages_check(const struct expansion *expansion, struct json_t *ret);

#endif
