/* SPDX-License-Identifier: Apache-2.0 */
/* What is worse in a run than in its baseline, each failure once. */
#ifndef TS_REPORTS_WORSE_H
#define TS_REPORTS_WORSE_H

#include "judge/diff.h"

enum { WORSE_OTHERS = 3 };

/* A change for the worse that no waiver lets pass: of a case (row), or of the cell. The same
 * failure of a case in other cells is one of these. */
struct worse {
    const struct diff_cell *cell;
    const struct diff_case *row;
    const struct diff_cell *others[WORSE_OTHERS];
    size_t other_count; /* more than are in `others`, where there are more */
};
VEC_TYPE(worse_list, struct worse);

/* Failures that are new first, then what is missing or flaky, then cells of which no case says why
 * they are worse. Borrows the cells. Free with vec_done. */
void worse_find(const struct run_diff *diff, struct worse_list *ret_list);

#endif
