/* SPDX-License-Identifier: Apache-2.0 */
/* A part of diff_cells. */
#ifndef TS_JUDGE_DIFF_FACTS_H
#define TS_JUDGE_DIFF_FACTS_H

#include "judge/diff.h"

/* Adds the values, findings and packages of the product that differ between the latest attempts, if both guests matched the
 * plan. Either cell may be NULL. */
void diff_facts(const struct matrix_cell *before, const struct matrix_cell *after,
                struct diff_cell *to);

#endif
