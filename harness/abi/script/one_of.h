/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a word of a script is in a table of names. */
#ifndef TS_ABI_SCRIPT_ONE_OF_H
#define TS_ABI_SCRIPT_ONE_OF_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static inline bool is_one_of(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}
#define IS_ONE_OF(name, names) is_one_of(name, names, sizeof(names) / sizeof((names)[0]))

#endif
