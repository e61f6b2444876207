/* SPDX-License-Identifier: Apache-2.0 */
/* rpm's boolean dependencies, "(a or (b if c >= 2))": rpm's docs/manual/boolean_dependencies. */
#ifndef TS_ABI_METADATA_RICH_H
#define TS_ABI_METADATA_RICH_H

#include <stdbool.h>
#include <stdint.h>

/* Is "name sense version" provided? */
typedef bool rich_has(void *context, const char *name, uint32_t sense, const char *version);

/* True when it holds. ret_sound is false when the text cannot be read. */
bool rich_holds(const char *text, rich_has *has, void *context, bool *ret_sound);

#endif
