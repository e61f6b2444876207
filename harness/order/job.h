/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A job's order: the one file a worker reads. It names only copies in the run folder (by digest),
 * so worker, resume and shell see what the run was planned with. Written by the controller as
 * job.json.
 */
#ifndef TS_ORDER_JOB_H
#define TS_ORDER_JOB_H

#include <stdbool.h>

#include "base/text.h"
#include "model/words.h"

struct error;

struct job {
    enum job_kind kind;
    char *run_id;
    char *job_id;
    unsigned attempt;               /* from 1 */
    char *image, *platform, *suite; /* names; suite NULL for a prepare job */
    char *image_file, *platform_file, *features_file, *suite_folder; /* copies; absolute */
    /* Of the copies, as the run was planned with them; NULL: an order of an older version. */
    char *image_sha256, *platform_sha256, *features_sha256, *suite_sha256;
    char *bundle; /* the folder to leave; absolute, not there yet */
    enum accel accel;
    char *accel_reason;    /* why this accelerator, one line */
    bool keep_failed;      /* freeze the guest when a case fails */
    bool reuse_install;    /* save the guest after its install cases */
    bool cold;             /* boot even where a saved state is there */
    char *connect;         /* libvirt URI, or NULL: qemu:///embed */
    unsigned time_scale;   /* of every time limit, at least 1 */
    unsigned memory_mib;   /* of the guest; a prepare job and the cells that start from it agree */
    char *nonce;           /* of this attempt: marks everything its guest returns */
    struct strv items;     /* only cases of these items; empty: all */
    struct strv installed; /* "RUN/JOB/ATTEMPT": the attempts of this run whose saved installation
                              may be used; none: it is executed */
};

void job_done(struct job *job);
int job_write(const struct job *job, const char *path, struct error **err);

/* -EBADMSG names the file and the member that is wrong. */
int job_read(const char *path, struct job *ret_job, struct error **err);

/* The exit code of a worker that found an input changed: its bundle says which, and nothing more of
 * the run may be run. */
#define JOB_EXIT_INPUT_CHANGED 65

/* Sets the error of a run's own copy that no longer has its digest: -EUCLEAN. */
int job_input_changed(const char *run_id, const char *kind, const char *name, const char *path,
                      struct error **err);

#endif
