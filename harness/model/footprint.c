/* SPDX-License-Identifier: Apache-2.0 */
/* Helper functions for footprints. */
#include "model/footprint.h"

#include <stddef.h>

size_t footprint_count_faults(const struct footprint *footprint)
{
    size_t count = 0;

    vec_foreach (entry, &footprint->entries)
        count += entry->left && entry->fault;
    return count;
}

const struct footprint_snapshot *footprint_find(const struct footprint *footprint,
                                                enum footprint_phase phase)
{
    vec_foreach (snapshot, &footprint->snapshots)
        if (snapshot->phase == phase && snapshot->taken)
            return snapshot;
    return NULL;
}
