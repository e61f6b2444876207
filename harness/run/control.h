/* SPDX-License-Identifier: Apache-2.0 */
/* The controller: runs what is unfinished of a run, merging each bundle as it comes. */
#ifndef TS_RUN_CONTROL_H
#define TS_RUN_CONTROL_H

#include <stdbool.h>

struct error;
struct manifest;
struct store;

/* First ends what a dead controller left (guests, work folders) and merges bundles that were
 * complete; then runs every cell that has no attempt. -EINTR: interrupted by a signal, and
 * resumable. */
int run_control(struct store *store, const struct manifest *manifest, bool live,
                struct error **err);

#endif
