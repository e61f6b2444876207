/* SPDX-License-Identifier: Apache-2.0 */
/* What a run must be to pass the gate (touchstone-policy-format(5)). */
#ifndef TS_MODEL_POLICY_H
#define TS_MODEL_POLICY_H

#include <stdbool.h>

#include "base/cleanup.h"
#include "base/vec.h"
#include "model/words.h"

/* The conditions of a conditional cell, each the first word of its part of the reason
 * (judge/judge.h). */
enum condition {
    CONDITION_PARTIAL,
    CONDITION_WAIVED,
    CONDITION_OPTIONAL,
    CONDITION_FLAKY,
    CONDITION_FOOTPRINT,
    CONDITION_PREDICTED,
    CONDITION_GRADE,
    CONDITION_REPORTED,
    CONDITION_COUNT
};
extern const struct words condition_words;

/* Cells by shell patterns of their names. */
struct policy_which {
    char *image, *platform, *suite; /* never NULL; "*": any */
};

struct policy_cells {
    struct policy_which which;
    bool any;             /* the verdict does not matter */
    enum verdict verdict; /* compatible or conditional: at least this */
    enum grade grade;     /* at least this */
    bool allow[CONDITION_COUNT];
    unsigned line; /* of the file */
};

enum policy_change {
    POLICY_NEW,     /* a case fails that did not */
    POLICY_MISSING, /* a case has no outcome any more */
    POLICY_FLAKY,
    POLICY_VERDICT, /* a cell's verdict is lower */
    POLICY_SCOPE,   /* a cell is gone, fewer cases are judged, or the grade is weaker */
    POLICY_CHANGE_COUNT
};
extern const struct words policy_change_words; /* new missing flaky verdict scope */

/* A level of a certification programme that every product and OS of these cells must reach. */
struct policy_level {
    struct policy_which which; /* the platform is any: a level is reached on several */
    char *programme, *level;   /* by their names */
    unsigned line;             /* of the file */
};

struct policy {
    char *name;
    char *title, *title_zh; /* title_zh may be NULL */
    VEC(struct policy_which) expected;
    VEC(struct policy_cells) cells;
    VEC(struct policy_level) levels;
    bool needs_baseline;
    bool reports[POLICY_CHANGE_COUNT]; /* these changes are reported, but not refused */
};
void policy_free(struct policy *policy);
DEFINE_CLEANUP(struct policy *, policy_free)

/* What holds for cells that no row matches: conditional, any grade of a guest that was measured,
 * and every condition but partial and reported. */
extern const struct policy_cells policy_default;

bool policy_matches(const struct policy_which *which, const char *image, const char *platform,
                    const char *suite);

#endif
