/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a run was planned with: the policy, the cells, and the copies by digest that its workers
 * read. Written once as manifest.json in the run's folder; run and resume both make their jobs from
 * it.
 */
#ifndef TS_RUN_MANIFEST_H
#define TS_RUN_MANIFEST_H

#include <stdbool.h>

#include "base/digest.h"
#include "base/text.h"
#include "base/vec.h"
#include "model/plan.h"

struct error;

/* A copy below the run's folder. */
struct run_input {
    char *name;                    /* of the image, platform or suite */
    char *path;                    /* absolute; a folder for a suite */
    char sha256[DIGEST_TEXT_SIZE]; /* of the file, or of the tree */
};
VEC_TYPE(run_inputs, struct run_input);

/* The accelerator that was chosen for an image, once a run. */
struct run_accel {
    char *image;
    enum accel accel;
    char *reason;
};

struct manifest {
    char *run_id;
    char *folder; /* $TOUCHSTONE_HOME/runs/ID */
    struct plan plan;
    struct run_input features;
    struct run_inputs images, platforms, suites;
    VEC(struct run_accel) accels; /* one for each image */
};

void manifest_done(struct manifest *manifest);
int manifest_write(const struct manifest *manifest, struct error **err);

/* Reads manifest.json of a run's folder. -ENOENT, or -EBADMSG naming the member. */
int manifest_read(const char *run_id, struct manifest *ret_manifest, struct error **err);

const struct run_input *run_input_find(const struct run_inputs *inputs, const char *name);
const struct run_accel *manifest_accel(const struct manifest *manifest, const char *image);

#endif
