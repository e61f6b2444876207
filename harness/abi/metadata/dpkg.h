/* SPDX-License-Identifier: Apache-2.0 */
/* The dpkg version that a package requires. */
#ifndef TS_ABI_METADATA_DPKG_H
#define TS_ABI_METADATA_DPKG_H

#include <stdbool.h>

/* Whether this version of dpkg (NULL: unknown, which is taken to be new) reads the member of a deb
 * ("data.tar.zst"). If not, *ret_since is the first version that does, or NULL if none does. */
bool dpkg_reads(const char *member, const char *have, const char **ret_since);

#endif
