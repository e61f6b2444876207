/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verdict of a cell. Pure: plain structs in, one judgement out. The first rule that holds:
 *
 *   1 a required case that can be judged at this grade FAILs: in the
 *     latest attempt; in any, when none passed; of a repeated cell in
 *     more than half of its attempts                                    incompatible
 *   2 identity mismatch, nothing judged, no required case judged, the
 *     job did not end well, a case of the plan is absent, a required
 *     judgeable case is ERROR, MISS, SKIP or DONE, or fewer attempts
 *     count than the plan repeats it                                    not-assessed
 *   3 the plan leaves out required cases (partial); an optional case
 *     that is FAIL, ERROR or MISS (optional); a pass beside an attempt in
 *     which the case was FAIL or ERROR (flaky); a HIGH finding of the static check,
 *     a BLOCK that the run did not confirm (but not one on a file that
 *     it executed successfully), files that could not be
 *     checked (predicted); a required case that this grade cannot judge
 *     (grade)                                                           conditional
 *   4 otherwise                                                         compatible
 *
 * The reason of a conditional cell names every condition, each after the word in brackets. So a
 * compatible cell has at least one required case that was judged PASS, and leaves out none.
 *
 * "Can be judged" presupposes a guest that is what the plan says and cases that are the plan's:
 * with a wrong or unmeasured identity, without a grade, or with a case that is there twice or is
 * not of the plan, nothing can be judged. A FAIL in such a result is not the product's, and rule 2
 * holds.
 *
 * Which cases a grade can judge is taken from the plan (native_only: not below `virtual`), never
 * from the result: a result can only lower what it claims. A case that was skipped because of a gap
 * did not run, so a required one leaves its cell not-assessed.
 *
 * An attempt that the host or the harness cut short before any case had failed says nothing of the
 * product: it does not count. judge/tally says how those that count are weighed.
 *
 * What the static check cannot tell (UNKNOWN) is told by the run, and changes nothing here.
 */
#ifndef TS_JUDGE_JUDGE_H
#define TS_JUDGE_JUDGE_H

#include <stdbool.h>
#include <stddef.h>

#include "model/judgement.h"
#include "model/record.h"
#include "model/result.h"

/* The version of these rules: a verdict that another version made is computed again. To be raised
 * with every change of what judge_cell gives for the same cell. */
enum { JUDGE_RULES = 2 };

/* attempts: every one of the cell, oldest first. count 0: no result. End with judgement_done. */
void judge_cell(const struct cell_record *cell, const struct result *const *attempts, size_t count,
                struct judgement *ret_judgement);

/* A green cell whose evidence is no longer whole is not-assessed, responsible: host. A red one
 * stays what it is. The reason is taken over. */
void judgement_lose_evidence(struct judgement *judgement, char *reason);
bool judgement_is_green(const struct judgement *judgement);

/* Whether this grade can judge the case at all. */
bool judge_can(const struct planned_case *planned, enum grade grade);

#endif
