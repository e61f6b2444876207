/* SPDX-License-Identifier: Apache-2.0 */
/* Compares the surfaces of two systems. */
#ifndef TS_ABI_CHECK_MOVE_H
#define TS_ABI_CHECK_MOVE_H

#include "model/move.h"

struct surface;

/* Free with move_done. */
void move_compare(const struct surface *before, const struct surface *after, struct move *ret_move);

#endif
