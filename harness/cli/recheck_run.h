/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the chosen cells of a certificate again, and compares them. */
#ifndef TS_CLI_RECHECK_RUN_H
#define TS_CLI_RECHECK_RUN_H

#include "cli/recheck_inputs.h"

struct error;

/* Runs each cell that has no obstacle, one after the other, and says of each whether it agrees.
 * -EINTR: it was interrupted. */
int recheck_run(const struct recheck_inputs *inputs, struct recheck *recheck, struct error **err);

#endif
