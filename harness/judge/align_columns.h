/* SPDX-License-Identifier: Apache-2.0 */
/* Which row of an earlier run has the same name. */
#ifndef TS_JUDGE_ALIGN_COLUMNS_H
#define TS_JUDGE_ALIGN_COLUMNS_H

#include "judge/run_columns.h"

/* Zero-initialise; alignment_done frees. May be made again for other runs. */
struct alignment {
    bool same;   /* the rows of both runs have the same names, in the same order */
    size_t rows; /* of the later run */
    size_t *to;  /* if they are not the same: the row of the earlier run, or ALIGN_NONE */
};

#define ALIGN_NONE SIZE_MAX

void alignment_make(const struct run_columns *later, const struct run_columns *earlier,
                    struct alignment *to);
void alignment_done(struct alignment *alignment);

#endif
