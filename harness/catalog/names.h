/* SPDX-License-Identifier: Apache-2.0 */
/* Suggests the name that was probably meant. */
#ifndef TS_CATALOG_NAMES_H
#define TS_CATALOG_NAMES_H

#include "base/text.h"
#include "model/platform.h"

/* Returns the closest name (strv_closest) among a table's features of one architecture. Caller
 * frees. */
char *names_closest_feature(const struct feature_table *table, enum arch arch, const char *name);

#endif
