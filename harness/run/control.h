/* SPDX-License-Identifier: Apache-2.0 */
/* The controller: runs the unfinished cells of a run and merges each bundle as it arrives. */
#ifndef TS_RUN_CONTROL_H
#define TS_RUN_CONTROL_H

#include <stdbool.h>

struct error;
struct manifest;
struct store;

/* First cleans up after a dead controller (guests, work folders) and merges complete bundles; then
 * runs every cell without an attempt. -EINTR: interrupted by a signal; the run can be resumed. */
int run_control(struct store *store, const struct manifest *manifest, bool live,
                struct error **err);

#endif
