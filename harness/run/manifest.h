/* SPDX-License-Identifier: Apache-2.0 */
/* What a run was planned with: the policy, the cells, and the digests of the copies that its
 * workers read. It is written once, as manifest.json in the run's folder; run and resume make their
 * jobs from it. */
#ifndef TS_RUN_MANIFEST_H
#define TS_RUN_MANIFEST_H

#include <stdbool.h>

#include "base/text.h"
#include "base/vec.h"
#include "model/record.h"

struct error;
struct store;

/* The accelerator chosen for an image, the same for the whole run. */
struct run_accel {
    char *image;
    enum accel accel;
    char *reason;
};

struct manifest {
    char *folder;             /* $TOUCHSTONE_HOME/runs/ID */
    struct run_record record; /* kinds of inputs: one "features", one "library", the others "image",
                                 "platform" and "suite" */
    VEC(struct run_accel) accels; /* one entry for each image */
};

void manifest_done(struct manifest *manifest);
int manifest_write(const struct manifest *manifest, struct error **err);

/* Reads manifest.json in a run's folder and verifies its digest and completeness. -ENOENT; -EBADMSG
 * names the member at fault; -EUCLEAN: it was modified. */
int manifest_read(const char *run_id, struct manifest *ret_manifest, struct error **err);

/* Checks that it belongs to this run, has no duplicates, and that every cell to run has its copies
 * and an accelerator. -EUCLEAN. */
int manifest_check(const struct manifest *manifest, const char *run_id, struct error **err);

/* Checks that its cells and copies are the ones recorded in the store. -EUCLEAN. */
int manifest_match(const struct manifest *manifest, struct store *store, struct error **err);

/* Returns the cell with these names, or NULL. */
const struct plan_cell *manifest_cell(const struct manifest *manifest, const char *image,
                                      const char *platform, const char *suite);

/* The name of the "library" in a manifest; those of older versions have none. */
#define RUN_LIBRARY "touchstone.sh"

/* Returns the copy of a kind ("image", "platform", "suite", "features", "library") with this name,
 * or NULL. */
const struct run_input *manifest_input(const struct manifest *manifest, const char *kind,
                                       const char *name);
const struct run_accel *manifest_accel(const struct manifest *manifest, const char *image);

#endif
