/* SPDX-License-Identifier: Apache-2.0 */
/* A line chart as SVG inside a page: no script, no colour that carries meaning alone (lines differ
 * in their dashes), readable on a phone and in print. */
#ifndef TS_REPORTS_CHART_H
#define TS_REPORTS_CHART_H

#include <stddef.h>
#include <stdio.h>

enum { CHART_LINES = 12 };

struct chart_line {
    const char *name;
    const double *values; /* NAN: a gap, where the line is broken */
    size_t count;
    double interval_s; /* from one value to the next */
};

struct chart {
    const char *title;
    const char *y_unit, *x_seconds, *x_minutes; /* units of the axes, in the page's language */
    const struct chart_line *lines;             /* borrowed; at most CHART_LINES are drawn */
    size_t count;
};

/* Writes <figure>. Long lines are thinned so that the extremes of each part remain. */
void chart_write(FILE *out, const struct chart *chart);

#endif
