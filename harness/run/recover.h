/* SPDX-License-Identifier: Apache-2.0 */
/* What a controller that was killed left in a run's folder. */
#ifndef TS_RUN_RECOVER_H
#define TS_RUN_RECOVER_H

struct error;
struct manifest;
struct store;

/* Takes over every attempt of every job: half-made disks and bundles are removed, a bundle that is
 * complete is merged, not run again, and of one that is not, the cases that had ended are. What is
 * merged already is left alone. The caller has swept the guests of dead workers. */
int recover_attempts(struct store *store, const struct manifest *manifest, struct error **err);

/* Removes what a worker that was killed could not clear up itself beside its bundle. */
int recover_clear(const char *bundle, struct error **err);

#endif
