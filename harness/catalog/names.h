/* SPDX-License-Identifier: Apache-2.0 */
/* The name that was probably meant. */
#ifndef TS_CATALOG_NAMES_H
#define TS_CATALOG_NAMES_H

#include "base/text.h"
#include "model/platform.h"

/* The known name with the fewest edits, when they are few for its length; borrowed, or NULL. */
const char *names_closest(const struct strv *known, const char *name);

/* The same among a table's features of one architecture. Caller frees. */
char *names_closest_feature(const struct feature_table *table, enum arch arch, const char *name);

#endif
