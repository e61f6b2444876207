/* SPDX-License-Identifier: Apache-2.0 */
/* The text that a program for sed puts into its output. */
#ifndef TS_ABI_SCRIPT_SED_H
#define TS_ABI_SCRIPT_SED_H

#include <stdbool.h>

#include "base/text.h"

/* Appends the text of the commands a, i and c, and the replacements of s, each on lines of its own;
 * what was matched is left out. False: the program adds what is not in it (r, R, e). */
bool sed_read_added(const char *program, struct buffer *ret);

#endif
