/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TS_ADVISORY_PEP440_H
#define TS_ADVISORY_PEP440_H

#include <stdbool.h>

/* Compares versions of Python packages; false if one is not of the specified form. */
bool pep440_compare(const char *a, const char *b, int *ret_result);

#endif
