/* SPDX-License-Identifier: Apache-2.0 */
/* A product's footprint for readers: what became of each entry, the important ones first. */
#ifndef TS_REPORTS_FOOTPRINT_VIEW_H
#define TS_REPORTS_FOOTPRINT_VIEW_H

#include "model/footprint.h"

struct buffer;

/* What became of an entry, the most important first. */
enum footprint_end {
    FOOTPRINT_LEFT,    /* it is left, and that is the product's fault */
    FOOTPRINT_ALLOWED, /* it is left, and the suite allows it */
    FOOTPRINT_NOTED,   /* it is left, and that is no fault */
    FOOTPRINT_THERE,   /* nothing was uninstalled */
    FOOTPRINT_UNDONE,
    FOOTPRINT_END_COUNT
};
enum footprint_end footprint_view_end(const struct footprint *footprint,
                                      const struct footprint_entry *entry);

/* All entries, sorted by that; the caller frees the array. */
const struct footprint_entry **footprint_view_sort(const struct footprint *footprint);

/* The section of `show`. all: without a limit of entries. */
void footprint_view_text(const struct footprint *footprint, bool all, bool colour,
                         struct buffer *out);

#endif
