/* SPDX-License-Identifier: Apache-2.0 */
/* Rule 3: on which conditions a cell is compatible. */
#ifndef TS_JUDGE_CONDITION_H
#define TS_JUDGE_CONDITION_H

struct buffer;
struct judgement;
struct sight;

/* Every condition, "; " between them. Each begins with the word for its kind: partial, optional,
 * flaky, predicted, grade. Responsible is whoever is for the first that is not the scope. */
void condition_say(const struct sight *found, struct judgement *to, struct buffer *text);

#endif
