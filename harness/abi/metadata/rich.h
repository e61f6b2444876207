/* SPDX-License-Identifier: Apache-2.0 */
/* rpm's boolean dependencies, "(a or (b if c >= 2))": rpm, docs/manual/boolean_dependencies. */
#ifndef TS_ABI_METADATA_RICH_H
#define TS_ABI_METADATA_RICH_H

#include <stdbool.h>
#include <stdint.h>

/* Returns whether "name sense version" is provided. */
typedef bool rich_has(void *context, const char *name, uint32_t sense, const char *version);

/* Is there one package of which this holds? "(a with b)" and "(a without b)" speak of one package
 * that provides a and does, or does not, provide b. Asked through rich_holds_of_one. */
typedef bool rich_one(void *context, const char *text);

/* True when it holds. ret_sound is false when the text cannot be read. */
bool rich_holds(const char *text, rich_has *has, rich_one *one, void *context, bool *ret_sound);

/* The expression at the beginning of a text, where `has` tells of one package. */
bool rich_holds_of_one(const char *text, rich_has *has, void *context);

#endif
