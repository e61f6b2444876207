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
#include "model/words.h"

/* Whether the run executed the file of a finding (of a library: a program that loads it). FAILED:
 * it was to be, and never got past the kernel or the loader; UNKNOWN: not everything was seen, or
 * it is nothing that is executed. */
enum executed {
    EXECUTED_NONE, /* an older result: not recorded */
    EXECUTED_UNKNOWN,
    EXECUTED_NO,
    EXECUTED_FAILED,
    EXECUTED_YES,
    EXECUTED_COUNT
};
const char *executed_name(enum executed executed); /* none unknown no failed yes */
bool executed_parse(const char *text, enum executed *ret);

/* A finding as it is remembered; abi/finding.h makes it. Text that does not apply is NULL. */
struct predicted_finding {
    enum finding_severity severity;
    char *kind; /* VERSION_MISSING, … as touchstone-abi(1) lists them */
    char *file; /* subject: its path in the product */
    char *symbol, *version, *provider, *found, *remedy;
    enum executed executed;
};

/* Whether the run proved the finding wrong: what cannot start ran. */
bool finding_is_contradicted(const struct predicted_finding *finding);

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
    VEC(struct predicted_finding) findings; /* gravest first */
};
void prediction_done(struct prediction *prediction);

/* Number of findings of a severity. */
size_t prediction_count(const struct prediction *prediction, enum finding_severity severity);

/* The word that the files alone would give: a BLOCK incompatible, else an UNKNOWN, or a check that
 * was not made, not-assessed, else a HIGH conditional. */
enum verdict prediction_verdict(const struct prediction *prediction);

#endif
