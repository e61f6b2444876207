/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TS_JUDGE_BETTER_TEXT_H
#define TS_JUDGE_BETTER_TEXT_H

#include "judge/better.h"

/* The sentence for the changes and the verdict of `better`. Caller frees. */
char *better_describe(const struct cell_record *cell, const struct result *const *attempts,
                      size_t count, const struct better *better);

#endif
