/* SPDX-License-Identifier: Apache-2.0 */
/* The end of `run` and `resume`: the matrix and its exit code. */
#ifndef TS_CLI_CONCLUDE_H
#define TS_CLI_CONCLUDE_H

#include <stdbool.h>

#include "judge/matrix.h"

struct error;
struct store;

/* Prints the matrix as text or JSON; returns the run's exit code. Of a large run a terminal shows
 * what is not compatible, unless all is set. */
int conclude_print(const struct matrix *matrix, bool json, bool all, struct exit_policy policy);

/* Remembers the verdicts, prints the matrix, and returns the run's exit code (or negative). */
int conclude_run(struct store *store, const char *run_id, bool json, struct exit_policy policy,
                 struct error **err);

#endif
