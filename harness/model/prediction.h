/* SPDX-License-Identifier: Apache-2.0 */
/* The result of the static check of a product's files, made before anything is run: findings, what
 * they were checked against, and how much was covered. It is stored in the result beside the
 * observed outcome. */
#ifndef TS_MODEL_PREDICTION_H
#define TS_MODEL_PREDICTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/text.h"
#include "base/vec.h"
#include "model/finding.h"
#include "model/words.h"

/* A package or folder that was present when the check was made. */
struct predicted_part {
    char *name;
    bool checked; /* true: part of the product; false: a dependency from the image's own repository
                   */
    char sha256[DIGEST_TEXT_SIZE]; /* of a package file as it was staged; "": of a folder, a
                                      program, or written by an older version */
};

/* How many of the product's files are of a kind. */
struct predicted_kind {
    char *name;
    uint64_t files;
};

/* What the product's files are, and how much of them was examined. All 0 in results of older
 * versions, which did not count them. */
struct prediction_census {
    uint64_t files, examined, opaque, archives;
    VEC(struct predicted_kind) kinds;
    struct strv opaque_files; /* the first ones */
};

struct prediction {
    enum prediction_state state;
    char *reason;  /* one line: why nothing was checked or why the check failed; NULL when it was
                      made */
    char *surface; /* SHA-256 of the image's surface, or NULL */
    bool cut;      /* there were more findings than are stored */
    VEC(struct predicted_part) parts;
    VEC(struct finding) findings; /* most severe first */
    struct prediction_census census;
};
void prediction_done(struct prediction *prediction);

/* The version of the product by the names of its package files: of all if they are the same, else
 * "NAME VERSION, …". NULL: none of them has one. Caller frees. */
char *prediction_product_version(const struct prediction *prediction);

/* Number of findings of a severity. */
size_t prediction_count(const struct prediction *prediction, enum finding_severity severity);

/* The verdict from the files alone (finding_verdict). */
enum verdict prediction_verdict(const struct prediction *prediction);

#endif
