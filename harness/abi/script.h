/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What scripts, unit files and texts inside programs say that is known to break on a move. Each
 * check is a row of script_checks.def.
 */
#ifndef TS_ABI_SCRIPT_H
#define TS_ABI_SCRIPT_H

#include <stddef.h>
#include <stdint.h>

#include "abi/finding.h"
#include "base/text.h"

struct world;
struct package;

/* Ids of the rows for programs whose text is in these bytes, appended to ret_ids. */
void script_hints(const void *data, size_t size, uint16_t machine, struct strv *ret_ids);

/* Findings about the package's scripts, units and hints on this world. */
void script_check(const struct package *package, const struct world *world,
                  struct findings *findings);

#endif
