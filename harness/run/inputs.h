/* SPDX-License-Identifier: Apache-2.0 */
/* Are the copies that a job reads still what the run was planned with? */
#ifndef TS_RUN_INPUTS_H
#define TS_RUN_INPUTS_H

#include "base/digest.h"
#include "base/vec.h"

struct error;
struct job;
struct manifest;

/* Copies whose content was found to be right, with the stamps of their files at that time. */
struct inputs_seen {
    VEC(struct inputs_row {
        char *path;
        char stamps[DIGEST_TEXT_SIZE];
    })
    rows;
};
void inputs_seen_done(struct inputs_seen *seen);

/* Every copy that the job reads has the digest that the manifest says. What was seen to be right
 * and whose files have the same size, times and inodes is not read again. -EUCLEAN names the file
 * that was changed last. */
int inputs_check(const struct manifest *manifest, const struct job *order, struct inputs_seen *seen,
                 struct error **err);

#endif
