/* SPDX-License-Identifier: Apache-2.0 */
/* Removes runs, and evidence that no remaining run refers to. The caller holds the home's lock, so
 * that nothing is merged meanwhile. */
#ifndef TS_STORE_RETAIN_H
#define TS_STORE_RETAIN_H

#include <stdbool.h>
#include <stdint.h>

struct error;
struct store;

/* Removes a run with all its rows, in one transaction; not an error if it does not exist. Its
 * evidence stays until store_sweep_evidence. */
int store_remove_run(struct store *store, const char *run_id, struct error **err);

/* Bytes of all evidence that is referred to, and of evidence that only this run refers to. */
int store_evidence_bytes(struct store *store, uint64_t *ret_bytes, struct error **err);
int store_run_bytes(struct store *store, const char *run_id, uint64_t *ret_bytes,
                    struct error **err);

/* Removes blobs that nothing refers to and adds their size to *bytes. dry_run: only adds the
 * sizes. */
int store_sweep_evidence(struct store *store, bool dry_run, uint64_t *bytes, struct error **err);

#endif
