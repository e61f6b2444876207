/* SPDX-License-Identifier: Apache-2.0 */
/* The command that runs a cell again, printed by `show` and every report. */
#ifndef TS_REPORTS_AGAIN_H
#define TS_REPORTS_AGAIN_H

#include <stdbool.h>

struct cell_record;
struct run_record;

/* Returns a POSIX shell command that runs exactly this cell with the options of its run: items,
 * accelerator, limits, budgets; a suite that was given by its folder is given by that path.
 * keep_failed: also preserve its guest. Caller frees. */
char *again_command(const struct run_record *run, const struct cell_record *cell, bool keep_failed);

/* Appends "touchstone", preceded by $TOUCHSTONE_HOME if the environment sets it. */
struct buffer;
void again_program(struct buffer *out);

#endif
