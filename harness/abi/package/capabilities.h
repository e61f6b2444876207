/* SPDX-License-Identifier: Apache-2.0 */
/* File capabilities (capabilities(7)): who starts a program that has them in its permitted set gets
 * more privileges than he had, so the loader executes it securely (AT_SECURE). */
#ifndef TS_ABI_PACKAGE_CAPABILITIES_H
#define TS_ABI_PACKAGE_CAPABILITIES_H

#include <stdbool.h>
#include <stddef.h>

struct package;

#define CAPABILITIES_ATTRIBUTE "security.capability"
#define CAPABILITIES_SIZE 24 /* of the longest form of the attribute: struct vfs_ns_cap_data */

/* The attribute of a file in an archive or a folder. */
void capabilities_take(struct package *package, const char *path, const void *data, size_t size);

/* True if a text such as "cap_net_raw,cap_net_admin=ep" (cap_from_text(3)) permits any. */
bool capabilities_text_permits(const char *text);

#endif
