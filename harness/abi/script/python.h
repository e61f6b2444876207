/* SPDX-License-Identifier: Apache-2.0 */
/* Python scripts: what only Python 2 reads, and calls that are gone. */
#ifndef TS_ABI_SCRIPT_PYTHON_H
#define TS_ABI_SCRIPT_PYTHON_H

#include <stddef.h>

/* The line, from 1, of the first text that Python 3 does not read, or a module that it has not; 0:
 * none. ret_what: in words, not owned. */
unsigned python_only_2(const char *text, size_t size, const char **ret_what);

/* The line of the first call of platform.linux_distribution or platform.dist, gone with 3.8; 0:
 * none.
 */
unsigned python_asks_distribution(const char *text, size_t size);

#endif
