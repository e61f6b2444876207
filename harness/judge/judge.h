/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verdict of a cell, a pure function of plain structs. The first matching rule decides:
 *
 *   1 a required case that can be judged at this grade FAILs, unwaived: in the
 *     latest attempt; or in any attempt if none passed; of a repeated
 *     cell, in more than half of its attempts                           incompatible
 *   2 identity mismatch, nothing judged, no required case judged, the
 *     job did not end well, a planned case is absent, a required
 *     judgeable case is ERROR, MISS, SKIP or DONE, or fewer attempts
 *     count than the plan repeats it                                    not-assessed
 *   3 the plan leaves out required cases (partial); a required case FAILs
 *     as a waiver lets it, or a finding that would be one of the
 *     conditions below is waived (waived); an optional case is FAIL,
 *     ERROR or MISS (optional); a case passed and was FAIL or ERROR in
 *     another attempt (flaky); a HIGH finding of the static check, a
 *     BLOCK that the run did not confirm or an UNKNOWN that it did not
 *     decide (unless it executed the file successfully), or files that
 *     could not be checked (predicted);
 *     a required case that this grade cannot judge (grade)              conditional
 *   4 otherwise                                                         compatible
 *   5 before 3 and 4: the latest result that counts has the grade
 *     reported, whatever it says of itself (reported)                   conditional
 *
 * The reason of a conditional cell lists every condition, each after the word in parentheses. So a
 * compatible cell leaves out no required case and has at least one that was judged PASS.
 *
 * A case can be judged only in a guest that matches the plan and if the cases are the plan's: with
 * a wrong or unmeasured identity, without a grade, or with a duplicate or unplanned case, nothing
 * can be judged. Of a reported result the identity is never measured, and must not be claimed to
 * be. A FAIL in such a result is not attributed to the product, and rule 2 applies.
 *
 * Which cases a grade can judge is taken from the plan (native_only: not below `virtual`), never
 * from the result: a result can only lower its claim. A case skipped because of a gap did not run,
 * so a required one makes its cell not-assessed.
 *
 * An attempt that the host or the harness cut short before any case had failed says nothing about
 * the product and does not count. See judge/tally for how the others are combined.
 */
#ifndef TS_JUDGE_JUDGE_H
#define TS_JUDGE_JUDGE_H

#include <stdbool.h>
#include <stddef.h>

#include "model/judgement.h"
#include "model/record.h"
#include "model/result.h"

struct counted;

/* Version of these rules: verdicts made by another version are computed again. To be incremented
 * with every change of what judge_cell returns for the same cell. */
enum { JUDGE_RULES = 6 };

/* attempts: all attempts of the cell, oldest first. count 0: no result. Free with
 * judgement_done. */
void judge_cell(const struct cell_record *cell, const struct result *const *attempts, size_t count,
                struct judgement *ret_judgement);

/* The waiver of the cell that lets every failure of a case in these attempts pass: of two different
 * failures the second is not hidden by the waiver of the first. NULL: there is none. Borrowed. */
struct waiver *judge_waiver(const struct cell_record *cell, const char *case_id,
                            const struct counted *counted);

/* The waiver of the cell that lets this finding of its product pass, though it would keep the cell
 * from being compatible; NULL: there is none. Borrowed. */
struct waiver *judge_waived_finding(const struct cell_record *cell, const struct finding *row);

/* Makes a compatible cell whose evidence is damaged not-assessed (host); others are not changed.
 * Takes ownership of the reason. */
void judgement_lose_evidence(struct judgement *judgement, char *reason);
bool judgement_is_green(const struct judgement *judgement);

/* True if this grade can judge the case at all. */
bool judge_can(const struct planned_case *planned, enum grade grade);

#endif
