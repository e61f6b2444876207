/* SPDX-License-Identifier: Apache-2.0 */
/* Rules 3 and 5: the conditions under which a cell is compatible. */
#ifndef TS_JUDGE_CONDITION_H
#define TS_JUDGE_CONDITION_H

#include <stdbool.h>

#include "model/policy.h"

struct buffer;
struct judgement;
struct rule_input;

/* Appends all conditions, separated by "; ". Each begins with the word for its kind. The
 * responsible party is that of the first condition other than reported and partial. */
void condition_describe(const struct rule_input *found, struct judgement *to, struct buffer *text);

/* True if a reason names the condition. Text of a guest that looks like one can only add to them.
 */
bool condition_is_named(const char *reason, enum condition condition);
/* The same for all of them: the waived failures are the only condition. */
bool condition_is_only_waived(const struct judgement *judgement);

#endif
