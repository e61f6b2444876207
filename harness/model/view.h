/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A view: results of many runs under one name (touchstone-view-format(5)). It has the newest result
 * of each product line, platform and suite, of the runs that its query selects.
 */
#ifndef TS_MODEL_VIEW_H
#define TS_MODEL_VIEW_H

#include "base/cleanup.h"
#include "base/text.h"
#include "model/query.h"

enum { VIEW_MAX_AGE = 36500, VIEW_LINES_MAX = 64 };

struct view {
    char *name;
    char *title, *title_zh; /* title_zh may be NULL */
    char *results;          /* the query as it was written; NULL: all results */
    struct query query;     /* parsed for QUERY_VIEW; without nodes: all results */
    struct strv lines;      /* shell patterns: images that match one are its builds */
    unsigned max_age;       /* days; 0: any age */
};
void view_free(struct view *view);
DEFINE_CLEANUP(struct view *, view_free)

#endif
