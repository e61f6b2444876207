/* SPDX-License-Identifier: Apache-2.0 */
/* The pieces that reasons are made of. */
#ifndef TS_JUDGE_REASON_H
#define TS_JUDGE_REASON_H

#include "model/result.h"

struct buffer;

/* " (and 3 more)" beside the first of four; nothing for one. */
void reason_add_more(struct buffer *text, unsigned count);

/* ": why the case came out as it did"; row may be NULL. */
void reason_add_row(struct buffer *text, const struct case_result *row);

/* Who the result says is responsible for the case, else `otherwise`. */
enum blame reason_blame(const struct case_result *row, enum blame otherwise);

#endif
