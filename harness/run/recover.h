/* SPDX-License-Identifier: Apache-2.0 */
/* Recovers a run's folder after its controller was killed. */
#ifndef TS_RUN_RECOVER_H
#define TS_RUN_RECOVER_H

struct error;
struct manifest;
struct store;

/* Processes every attempt of every job: incomplete disks and bundles are removed, complete bundles
 * are merged, and of an incomplete one the cases that had ended are merged. Attempts that were
 * merged before are not touched. The caller has destroyed the guests of dead workers. */
int recover_attempts(struct store *store, const struct manifest *manifest, struct error **err);

/* Removes the files beside a bundle that a killed worker could not remove. */
int recover_clear(const char *bundle, struct error **err);

#endif
