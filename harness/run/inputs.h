/* SPDX-License-Identifier: Apache-2.0 */
/* Checks that the copies that a job reads are unchanged since the run was planned. */
#ifndef TS_RUN_INPUTS_H
#define TS_RUN_INPUTS_H

#include "base/digest.h"
#include "base/vec.h"

struct error;
struct job;
struct manifest;

/* Copies that were verified, with the stamps of their files at that time. */
struct inputs_seen {
    VEC(struct inputs_row {
        char *path;
        char stamps[DIGEST_TEXT_SIZE];
    })
    rows;
};
void inputs_seen_done(struct inputs_seen *seen);

/* Checks that every copy that the job reads has the digest in the manifest. A verified copy whose
 * files still have the same sizes, times and inodes is not read again. -EUCLEAN names the file that
 * was changed last. */
int inputs_check(const struct manifest *manifest, const struct job *request,
                 struct inputs_seen *seen, struct error **err);

#endif
