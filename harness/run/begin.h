/* SPDX-License-Identifier: Apache-2.0 */
/* From a plan to a run on disk: everything checked, copied by digest and remembered. */
#ifndef TS_RUN_BEGIN_H
#define TS_RUN_BEGIN_H

struct error;
struct expansion;
struct manifest;
struct plan;
struct store;

/* Checks the images' digests (reads every byte), chooses accelerators (a proof of KVM boots a
 * kernel), copies what workers read, and adds the run to the store. Takes the plan over, leaving
 * *plan empty. End with manifest_done. */
int run_begin(struct store *store, struct plan *plan, const struct expansion *expansion,
              struct manifest *ret_manifest, struct error **err);

/* Adds a run to the store whose controller was killed after it had written the manifest and before
 * it had done that itself. */
int run_adopt(struct store *store, const char *run_id, struct error **err);

#endif
