/* SPDX-License-Identifier: Apache-2.0 */
/* Rule 3: the conditions under which a cell is compatible. */
#ifndef TS_JUDGE_CONDITION_H
#define TS_JUDGE_CONDITION_H

struct buffer;
struct judgement;
struct rule_input;

/* Appends all conditions, separated by "; ". Each begins with the word for its kind: partial,
 * optional, flaky, predicted, grade. The responsible party is that of the first condition other
 * than partial. */
void condition_describe(const struct rule_input *found, struct judgement *to, struct buffer *text);

#endif
