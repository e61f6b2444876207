/* SPDX-License-Identifier: Apache-2.0 */
/* Checks Python scripts for Python 2 syntax and for removed functions. */
#ifndef TS_ABI_SCRIPT_PYTHON_H
#define TS_ABI_SCRIPT_PYTHON_H

#include <stddef.h>

/* Line number, from 1, of the first text that Python 3 rejects, or of a module that it lacks; 0:
 * none. ret_what: description, not owned. */
unsigned python_only_2(const char *text, size_t size, const char **ret_what);

/* Line number of the first call of platform.linux_distribution or platform.dist, removed in Python
 * 3.8; 0: none. */
unsigned python_asks_distribution(const char *text, size_t size);

#endif
