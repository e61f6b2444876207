/* SPDX-License-Identifier: Apache-2.0 */
/* Starts a run: checks a plan, copies its inputs by digest and records it. */
#ifndef TS_RUN_BEGIN_H
#define TS_RUN_BEGIN_H

struct error;
struct expansion;
struct manifest;
struct plan;
struct store;

/* Checks the images' digests (reads every byte), chooses accelerators (testing KVM boots a kernel),
 * copies the files that workers read, and adds the run to the store. version: of the program. Takes ownership of the plan
 * and leaves *plan empty. Free with manifest_done. */
int run_begin(struct store *store, struct plan *plan, const struct expansion *expansion,
              const char *version, struct manifest *ret_manifest, struct error **err);

/* Adds a run to the store whose controller was killed between writing the manifest and adding
 * it. */
int run_adopt(struct store *store, const char *run_id, struct error **err);

#endif
