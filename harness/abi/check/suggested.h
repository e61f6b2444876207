/* SPDX-License-Identifier: Apache-2.0 */
/* What the product's packages only recommend or suggest: they do without it. */
#ifndef TS_ABI_CHECK_SUGGESTED_H
#define TS_ABI_CHECK_SUGGESTED_H

#include "abi/package/package.h"

/* The package that has the library with this SONAME, if the metadata only recommends or suggests
 * it; NULL: it does not, or requires it. */
const char *suggested_library(const struct package *package, const char *soname);

/* Lowers rows, from this one on, about a library, and about scripts for an interpreter, a command
 * or a module of Python, that the metadata only recommends or suggests, if another program of the
 * package has no such row. */
void suggested_lower(const struct package *package, struct findings *findings, size_t from);

#endif
