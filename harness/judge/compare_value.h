/* SPDX-License-Identifier: Apache-2.0 */
/* A part of compare_cells: what it means that two values are not the same. */
#ifndef TS_JUDGE_COMPARE_VALUE_H
#define TS_JUDGE_COMPARE_VALUE_H

#include "judge/compare.h"
#include "judge/outcome.h"

/* A cell with what is derived from it once. */
struct compare_side {
    const struct compare_cell *cell;
    struct outcomes outcomes;
    const struct result *latest; /* NULL: it is not compared */
};

/* A fact of one cell: a test point or an observation. Borrowed. */
struct compare_fact {
    enum compare_kind kind;
    size_t place; /* of its case in the suite; 0: the identity check */
    const char *case_id, *key, *value, *unit;
    enum status status;   /* of a point */
    unsigned again;       /* of several with the same key in a case */
    size_t column, order; /* order: as they were added */
};

/* Classifies a case of two cells. */
void compare_case_value(const struct suite *suite, const char *id,
                        const struct compare_side *reference, const struct compare_side *side,
                        struct compare_value *to);
/* Classifies two facts of the same key, of which one may be NULL. */
void compare_fact_value(const struct suite *suite, const struct compare_side *reference,
                        const struct compare_side *side, const struct compare_fact *before,
                        const struct compare_fact *after, struct compare_value *to);

/* Sets the class and its reason. */
void compare_say(struct compare_value *to, enum compare_class class, const char *why,
                 const char *why_zh);

/* Compares the output of a case as its rule says. */
void compare_output_value(const struct suite_output *rule, const struct compare_options *options,
                          const struct compare_side *reference, const struct compare_side *side,
                          struct compare_value *to);

#endif
