/* SPDX-License-Identifier: Apache-2.0 */
/* How a cell is run again: what `show` and every report print. */
#ifndef TS_REPORTS_AGAIN_H
#define TS_REPORTS_AGAIN_H

#include <stdbool.h>

struct cell_record;
struct run_record;

/* A command line for a POSIX shell that makes exactly this cell with the options its run was given:
 * items, accelerator, limits, budgets; a suite that was named by its folder by that folder's path.
 * keep_failed: and freezes its guest. Caller frees. */
char *again_command(const struct run_record *run, const struct cell_record *cell, bool keep_failed);

/* "touchstone", with the home in front of it where the environment names one. */
struct buffer;
void again_program(struct buffer *out);

#endif
