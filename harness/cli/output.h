/* SPDX-License-Identifier: Apache-2.0 */
/* Write errors on standard output are detected once, when the program ends, for all verbs: they
 * cause exit code 74. Verbs need not check their output. */
#ifndef TS_CLI_OUTPUT_H
#define TS_CLI_OUTPUT_H

#include <stddef.h>

/* To be called first in main. Opens descriptors 0 to 2 if they are closed, so that no other file
 * gets their numbers, and ignores SIGXFSZ, so that exceeding a file size limit (setrlimit) is an
 * error. */
void output_init(void);

/* Writes to standard output and remembers the errno of a failure, which stdio does not. */
void output_write(const char *text, size_t length);

/* The same, as a sink for base/json_write. */
void output_write_json(void *nothing, const char *text, size_t length);

#endif
