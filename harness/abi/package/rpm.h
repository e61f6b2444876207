/* SPDX-License-Identifier: Apache-2.0 */
/* Reads scripts and relations from the header of an rpm. */
#ifndef TS_ABI_PACKAGE_RPM_H
#define TS_ABI_PACKAGE_RPM_H

#include <stddef.h>

struct package;

/* head: the beginning of a file; anything but an rpm is ignored. Scripts are added to the package
 * as PREFIX "/RPM/postin" and so on, each preceded by a line that names its interpreter. */
void package_take_rpm(struct package *package, const char *prefix, const void *head, size_t size);

#endif
