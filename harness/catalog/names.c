/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/names.h"

#include "base/cleanup.h"

char *names_closest_feature(const struct feature_table *table, enum arch arch, const char *name)
{
    _cleanup_strv_ struct strv known = {0};

    vec_foreach (row, &table->rows)
        if (row->arch == arch)
            strv_add(&known, row->name);
    return text_dup(strv_closest(&known, name));
}
