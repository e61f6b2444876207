/* SPDX-License-Identifier: Apache-2.0 */
/* Internals of python.c: forms of expressions and of indentation that only Python 2 accepts. */
#ifndef TS_ABI_SCRIPT_PYTHON_OLD_H
#define TS_ABI_SCRIPT_PYTHON_OLD_H

#include <stddef.h>

/* What Python 3 rejects in a logical line, whose strings are replaced by "\"\"", or NULL. */
const char *python_old_expression(const char *code);

/* The indentation of the blocks around a line, with tabs to columns of 8 and of 1. */
#define PYTHON_BLOCKS_MAX 100
struct python_indentation {
    size_t columns[PYTHON_BLOCKS_MAX], narrow[PYTHON_BLOCKS_MAX];
    size_t depth;
};

/* Reads the next logical line that is not empty; returns whether its indentation depends on the
 * width of a tab, which Python 3 refuses (Parser/tokenizer.c of CPython: indenterror). */
int python_indentation_read(struct python_indentation *indentation, const char *code);

#endif
