/* SPDX-License-Identifier: Apache-2.0 */
/* A job request: the file, job.json, that tells a worker its job. It refers only to the copies in
 * the run's folder (by digest), so that worker, resume and shell use what the run was planned with.
 * The controller writes it. */
#ifndef TS_JOB_JOB_H
#define TS_JOB_JOB_H

#include <stdbool.h>

#include "base/text.h"
#include "model/words.h"

struct error;

struct job {
    enum job_kind kind;
    char *run_id;
    char *job_id;
    unsigned attempt;               /* from 1 */
    char *image, *platform, *suite; /* names; suite is NULL for a prepare job */
    char *image_file, *platform_file, *features_file, *suite_folder,
        *library_file; /* absolute paths of the copies */
    /* Digests of the copies when the run was planned; NULL: written by an older version. */
    char *image_sha256, *platform_sha256, *features_sha256, *suite_sha256, *library_sha256;
    char *bundle; /* the folder to create; absolute */
    enum accel accel;
    char *accel_reason;  /* why this accelerator was chosen, one line */
    bool keep_failed;    /* preserve the guest when a case fails */
    bool reuse_install;  /* save the guest after its install cases */
    bool no_probes;      /* leave out the built-in probes of the suite */
    bool cold;           /* boot even if there is a saved state */
    char *packages;      /* as in struct plan */
    char *connect;       /* libvirt URI; NULL: qemu:///embed */
    unsigned time_scale; /* factor for every time limit, at least 1 */
    unsigned memory_mib; /* memory of the guest; equal in a prepare job and the cells that start
                            from it */
    bool network;        /* the guest is one of two; equal in a prepare job and its cells */
    char *nonce; /* random, unique for this attempt; marks everything that the guest returns */
    struct strv items;        /* run only cases of these items; empty: all */
    unsigned rounds, minutes; /* of cases that measure, in place of their own; 0: their own */
    struct strv series;    /* paths of what attempts sampled that were cut short; their whole rounds
                              are not run again */
    struct strv installed; /* "RUN/JOB/ATTEMPT": attempts of this run whose saved installation may
                              be used; empty: the install cases are executed */
};

void job_done(struct job *job);
int job_write(const struct job *job, const char *path, struct error **err);

/* -EBADMSG names the file and the member at fault. */
int job_read(const char *path, struct job *ret_job, struct error **err);

/* Exit code of a worker that found a changed input: its bundle names the input, and the controller
 * ends the run. */
#define JOB_EXIT_INPUT_CHANGED 65

/* Sets the error for a copy in the run's folder whose digest has changed, and returns -EUCLEAN. */
int job_input_changed(const char *run_id, const char *kind, const char *name, const char *path,
                      struct error **err);

#endif
