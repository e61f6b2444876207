/* SPDX-License-Identifier: Apache-2.0 */
/* Helpers for building the text of reasons. */
#ifndef TS_JUDGE_REASON_H
#define TS_JUDGE_REASON_H

#include "model/result.h"

struct buffer;

/* Appends " (and 3 more)" for count 4; nothing for 1. */
void reason_add_more(struct buffer *text, unsigned count);

/* Appends ": reason" of the case's outcome; row may be NULL. */
void reason_add_row(struct buffer *text, const struct case_result *row);

#endif
