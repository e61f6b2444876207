/* SPDX-License-Identifier: Apache-2.0 */
/* What the product's packages only recommend or suggest: they do without it. */
#ifndef TS_ABI_CHECK_SUGGESTED_H
#define TS_ABI_CHECK_SUGGESTED_H

#include "abi/package/package.h"

/* The package that has the library with this SONAME, if the metadata only recommends or suggests
 * it; NULL: it does not, or requires it. */
const char *suggested_library(const struct package *package, const char *soname);

/* Names of packages that are related to the product's own packages, are neither given nor on the
 * image, and whose first word is that of one of them or a folder of this path: "proftpd-mod-crypto"
 * for /usr/lib/proftpd/x.so. NULL: none. Caller frees. */
char *suggested_relatives(const struct package *package, const struct surface *image,
                          const char *path);

/* Lowers rows, from this one on, about a library, and about scripts for an interpreter, a command
 * or a module of Python, that the metadata only recommends or suggests, if another program of the
 * package has no such row. */
void suggested_lower(const struct package *package, struct findings *findings, size_t from);

#endif
