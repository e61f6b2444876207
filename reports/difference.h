/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What differs between the columns of a report: each observation key whose values are not the same
 * everywhere it was measured, under the explanation of explain.def that it falls under.
 */
#ifndef TS_REPORTS_DIFFERENCE_H
#define TS_REPORTS_DIFFERENCE_H

#include "base/text.h"
#include "reports/report.h"

enum difference_kind {
    DIFFERENCE_EXPLAINED,
    DIFFERENCE_OTHER,    /* no row of explain.def */
    DIFFERENCE_IDENTITY, /* differs because the CPUs do; behind the rows above */
    DIFFERENCE_FIGURE,   /* a measured quantity: it has a unit */
    DIFFERENCE_KIND_COUNT
};

struct difference {
    char *key, *unit;   /* unit may be NULL */
    struct strv values; /* one a column, safe to print; "" when it was not measured there */
    VEC(bool) gap;      /* one a column: only the emulation lacks it */
};

struct difference_group {
    enum difference_kind kind;
    const char *title, *text;    /* in the report's language; NULL but for DIFFERENCE_EXPLAINED */
    VEC(struct difference) rows; /* by key */
    size_t left_out;             /* rows beyond DIFFERENCE_ROWS */
};
enum { DIFFERENCE_ROWS = 500 };

struct differences {
    VEC(struct difference_group) groups; /* in the order of explain.def, then by kind */
};

void differences_find(const struct report *report, const struct report_columns *columns,
                      struct differences *ret_differences);
void differences_done(struct differences *differences);

#endif
