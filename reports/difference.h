/* SPDX-License-Identifier: Apache-2.0 */
/* Differences between the columns of a report: the observation keys whose values are not equal
 * wherever they were measured, grouped by the explanations of judge/expected.def. */
#ifndef TS_REPORTS_DIFFERENCE_H
#define TS_REPORTS_DIFFERENCE_H

#include "base/text.h"
#include "reports/report.h"

enum difference_kind {
    DIFFERENCE_BREAKING, /* the suite says that the product depends on it */
    DIFFERENCE_EXPLAINED,
    DIFFERENCE_OTHER,    /* matches no row of judge/expected.def and no rule of its suite */
    DIFFERENCE_IDENTITY, /* differs because the CPUs do; listed after the rows above */
    DIFFERENCE_FIGURE,   /* a measured quantity, with a unit */
    DIFFERENCE_KIND_COUNT
};

struct difference {
    char *key, *unit;   /* unit may be NULL */
    struct strv values; /* one for each column, escaped for display; "" if not measured there */
    VEC(bool) gap;      /* one for each column: lacking in the emulation only */
};

struct difference_group {
    enum difference_kind kind;
    const char *title, *text;    /* in the report's language; set for the first two kinds; text
                                    may be NULL */
    VEC(struct difference) rows; /* sorted by key */
    size_t left_out;             /* number of rows beyond DIFFERENCE_ROWS */
};
enum { DIFFERENCE_ROWS = 500 };

struct differences {
    VEC(struct difference_group)
    groups; /* breaking ones, those of judge/expected.def in its
               order and of suites, then by kind */
};

void differences_find(const struct report *report, const struct report_columns *columns,
                      struct differences *ret_differences);
void differences_done(struct differences *differences);

#endif
