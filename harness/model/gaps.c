/* SPDX-License-Identifier: Apache-2.0 */
/* Gaps: the differences between the physical CPU and the CPU that the guest sees. */
#include <stdlib.h>
#include <string.h>

#include "model/platform.h"

const struct feature *feature_find(const struct feature_table *table, enum arch arch,
                                   const char *name)
{
    vec_foreach (row, &table->rows) {
        if (row->arch == arch && strcmp(row->name, name) == 0)
            return row;
    }
    return NULL;
}

static void add(struct gaps *gaps, enum gap_kind kind, const char *feature)
{
    struct gap *gap = vec_add(&gaps->rows);

    gap->kind = kind;
    gap->feature = text_dup(feature);
}

static int compare(const void *a, const void *b)
{
    const struct gap *left = a, *right = b;

    if (left->kind != right->kind)
        return left->kind < right->kind ? -1 : 1;
    return strcmp(left->feature, right->feature);
}

void gaps_compute(const struct platform *platform, const struct feature_table *table,
                  const struct strv *measured, struct gaps *ret_gaps)
{
    struct gaps gaps = {0};

    for (size_t i = 0; i < platform->has.count; i++)
        if (!strv_has(measured, platform->has.items[i]))
            add(&gaps, GAP_MISSING, platform->has.items[i]);
    for (size_t i = 0; i < measured->count; i++) {
        const char *name = measured->items[i];

        if (strv_has(&platform->has, name) || feature_find(table, platform->arch, name) == NULL)
            continue;
        add(&gaps, strv_has(&platform->lacks, name) ? GAP_EXTRA : GAP_UNKNOWN, name);
    }
    if (gaps.rows.count > 1)
        qsort(gaps.rows.items, gaps.rows.count, sizeof(*gaps.rows.items), compare);
    *ret_gaps = gaps;
}
