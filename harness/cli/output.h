/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Standard output is checked once, when the program ends, whichever verb printed and however it
 * ends: what could not be written is an error with exit code 74, never a success. A verb prints and
 * need not look.
 */
#ifndef TS_CLI_OUTPUT_H
#define TS_CLI_OUTPUT_H

#include <stddef.h>

/* To be called first in main. Makes sure that descriptors 0 to 2 are open, so that no file gets
 * their numbers, and that a file size limit (setrlimit) is an error and not a signal. */
void output_init(void);

/* Writes to standard output, and remembers why that failed, which stdio does not. */
void output_write(const char *text, size_t length);

/* The same, as what base/json_write gives its text to. */
void output_write_json(void *nothing, const char *text, size_t length);

#endif
