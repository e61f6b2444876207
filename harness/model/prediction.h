/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was told from a product's files, before anything ran: the findings of the static check, what
 * it was held against and what it covered. A result carries it beside what was observed.
 */
#ifndef TS_MODEL_PREDICTION_H
#define TS_MODEL_PREDICTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/vec.h"
#include "model/finding.h"
#include "model/words.h"

/* A package or folder that was there when the check was made. */
struct predicted_part {
    char *name;
    bool checked; /* the product's own; false: what it brings along from the image's own archive */
};

struct prediction {
    enum prediction_state state;
    char *reason;  /* one line: why nothing was checked, or what could not be; NULL when made */
    char *surface; /* SHA-256 of what the image provides, or NULL */
    bool cut;      /* there were more findings than are kept */
    VEC(struct predicted_part) parts;
    VEC(struct finding) findings; /* gravest first */
};
void prediction_done(struct prediction *prediction);

/* Number of findings of a severity. */
size_t prediction_count(const struct prediction *prediction, enum finding_severity severity);

/* What the files alone say (finding_verdict). */
enum verdict prediction_verdict(const struct prediction *prediction);

#endif
