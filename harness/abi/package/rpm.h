/* SPDX-License-Identifier: Apache-2.0 */
/* What an rpm says in its header: its scripts, and its relations to other packages. */
#ifndef TS_ABI_PACKAGE_RPM_H
#define TS_ABI_PACKAGE_RPM_H

#include <stddef.h>

struct package;

/* The beginning of an rpm file. What is no rpm is left alone. Scripts become scripts of the
 * package, PREFIX "/RPM/postin" and so on, each behind a line that names its interpreter. */
void package_take_rpm(struct package *package, const char *prefix, const void *head, size_t size);

#endif
