/* SPDX-License-Identifier: Apache-2.0 */
/* rpm's boolean dependencies, "(a or (b if c >= 2))": rpm, docs/manual/boolean_dependencies. */
#ifndef TS_ABI_METADATA_RICH_H
#define TS_ABI_METADATA_RICH_H

#include <stdbool.h>
#include <stdint.h>

/* Returns whether "name sense version" is provided. */
typedef bool rich_has(void *context, const char *name, uint32_t sense, const char *version);

/* True if it is satisfied. ret_sound: false if the text cannot be parsed. */
bool rich_holds(const char *text, rich_has *has, void *context, bool *ret_sound);

#endif
