/* SPDX-License-Identifier: Apache-2.0 */
/* What a program for awk uses of gawk that mawk lacks. */
#ifndef TS_ABI_SCRIPT_AWK_H
#define TS_ABI_SCRIPT_AWK_H

#include <stdbool.h>

#include "base/text.h"

struct awk_use {
    char *what;    /* NULL: nothing was found */
    unsigned line; /* from 1 */
    bool silent;   /* mawk accepts it, but it means something else there */
};

/* The first one that mawk refuses, or else the first that it misunderstands. intervals: it knows
 * "a{2}" in patterns. Caller frees ret->what. */
void awk_read(const char *text, bool intervals, struct awk_use *ret);

#endif
