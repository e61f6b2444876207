/* SPDX-License-Identifier: Apache-2.0 */
/* Finishes `run` and `resume`: prints the matrix and determines the exit code. */
#ifndef TS_CLI_CONCLUDE_H
#define TS_CLI_CONCLUDE_H

#include <stdbool.h>

#include "judge/matrix.h"

struct error;
struct store;

/* Prints the matrix as text or JSON; returns the run's exit code. Of a large run, a terminal shows
 * only the cells that are not compatible, unless `all` is set. */
int conclude_print(const struct matrix *matrix, bool json, bool all, struct exit_policy policy);

/* Stores the verdicts, prints the matrix, and returns the run's exit code, or a negative code. */
int conclude_run(struct store *store, const char *run_id, bool json, struct exit_policy policy,
                 struct error **err);

#endif
