/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a run was planned with: the policy, the cells, and the copies by digest that its workers
 * read. Written once as manifest.json in the run's folder; run and resume both make their jobs from
 * it.
 */
#ifndef TS_RUN_MANIFEST_H
#define TS_RUN_MANIFEST_H

#include <stdbool.h>

#include "base/text.h"
#include "base/vec.h"
#include "model/record.h"

struct error;
struct store;

/* The accelerator that was chosen for an image, once a run. */
struct run_accel {
    char *image;
    enum accel accel;
    char *reason;
};

struct manifest {
    char *folder;             /* $TOUCHSTONE_HOME/runs/ID */
    struct run_record record; /* inputs: one of kind "features", else images, platforms, suites */
    VEC(struct run_accel) accels; /* one for each image */
};

void manifest_done(struct manifest *manifest);
int manifest_write(const struct manifest *manifest, struct error **err);

/* Reads manifest.json of a run's folder and checks its digest and that it is whole. -ENOENT,
 * -EBADMSG naming the member, -EUCLEAN when somebody changed it. */
int manifest_read(const char *run_id, struct manifest *ret_manifest, struct error **err);

/* It is this run's, nothing is there twice, and every cell that is run has its copies and an
 * accelerator. -EUCLEAN. */
int manifest_check(const struct manifest *manifest, const char *run_id, struct error **err);

/* Its cells and copies are those that the store has of the run. -EUCLEAN. */
int manifest_match(const struct manifest *manifest, struct store *store, struct error **err);

/* The cell of these names, or NULL. */
const struct plan_cell *manifest_cell(const struct manifest *manifest, const char *image,
                                      const char *platform, const char *suite);

/* The copy of a kind ("image", "platform", "suite", "features") and name; NULL when it is not
 * there. */
const struct run_input *manifest_input(const struct manifest *manifest, const char *kind,
                                       const char *name);
const struct run_accel *manifest_accel(const struct manifest *manifest, const char *image);

#endif
