/* SPDX-License-Identifier: Apache-2.0 */
/* Why a cell has its verdict: the facts behind it, each a sentence. */
#ifndef TS_JUDGE_EXPLAIN_H
#define TS_JUDGE_EXPLAIN_H

#include "base/text.h"
#include "judge/judge.h"

/* Appends the answers to the questions of the rules, in the order in which they are asked, up to
 * the one that decided; the last sentence names the rule and the verdict. Identity and reasons come
 * from guests: escape before printing. */
void judge_explain(const struct cell_record *cell, const struct result *const *attempts,
                   size_t count, const struct judgement *judgement, struct strv *because);

#endif
