/* SPDX-License-Identifier: Apache-2.0 */
/* Reads Python code by logical lines, without comments and the content of strings. */
#ifndef TS_ABI_SCRIPT_PYTHON_SCAN_H
#define TS_ABI_SCRIPT_PYTHON_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

struct python_scanner {
    const char *text;
    size_t size, at;
    unsigned line;      /* from 1 */
    struct buffer code; /* the line, with each string replaced by "" */
    /* What f-strings in the line need: minor version of Python 3, and what it is; 0: nothing. */
    int format_minor;
    const char *format_what;
};

/* Reads the next logical line; false at the end. ret_line: the line number of its start. */
bool python_scan(struct python_scanner *scanner, unsigned *ret_line);
void python_scan_done(struct python_scanner *scanner);

bool python_in_name(char byte);

/* The text after this word, if it is at the start of a statement: at the beginning, or after ':'
 * or ';'; else NULL. */
const char *python_statement(const char *code, const char *word);

#endif
