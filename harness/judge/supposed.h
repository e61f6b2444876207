/* SPDX-License-Identifier: Apache-2.0 */
/* Judges a cell as it would be with changes made. */
#ifndef TS_JUDGE_SUPPOSED_H
#define TS_JUDGE_SUPPOSED_H

#include "judge/better.h"

/* The cell and its attempts are copied as far as a change needs; nothing in them is modified. Free
 * with judgement_done. */
void judge_supposed(const struct cell_record *cell, const struct result *const *attempts,
                    size_t count, const struct changes *changes, struct judgement *ret_judgement);

/* Number of attempts that CHANGE_AGAIN adds. */
unsigned supposed_attempts(const struct cell_record *cell, const struct result *const *attempts,
                           size_t count);

#endif
