/* SPDX-License-Identifier: Apache-2.0 */
/* Forgetting: runs, and the evidence that no run that is kept refers to. The caller holds the
 * home's lock, so that nothing is merged meanwhile. */
#ifndef TS_STORE_RETAIN_H
#define TS_STORE_RETAIN_H

#include <stdbool.h>
#include <stdint.h>

struct error;
struct store;

/* Forgets a run with all its rows, in one transaction; one that is not there is fine. Its evidence
 * stays until store_sweep_evidence. */
int store_remove_run(struct store *store, const char *run_id, struct error **err);

/* Bytes of all evidence that is referred to, and of what only this run refers to. */
int store_evidence_bytes(struct store *store, uint64_t *ret_bytes, struct error **err);
int store_run_bytes(struct store *store, const char *run_id, uint64_t *ret_bytes,
                    struct error **err);

/* Removes blobs that nothing refers to; their bytes are added to *bytes. dry_run: only counts. */
int store_sweep_evidence(struct store *store, bool dry_run, uint64_t *bytes, struct error **err);

#endif
