/* SPDX-License-Identifier: Apache-2.0 */
/* The attribute is struct vfs_cap_data of linux/capability.h: a version, then pairs of a permitted
 * and an inheritable set. */
#include "abi/package/capabilities.h"

#include <string.h>

#include "abi/package/package.h"

void capabilities_take(struct package *package, const char *path, const void *data, size_t size)
{
    const unsigned char *bytes = data;
    bool permits = false;

    /* Of each pair of 4-byte words, the first. Behind two pairs is the owner of a namespace. */
    for (size_t at = 4; at + 8 <= size && at < 20; at += 8)
        for (size_t i = 0; i < 4; i++)
            permits |= bytes[at + i] != 0;
    if (permits)
        strv_add(&package->capable, path);
}

bool capabilities_text_permits(const char *text)
{
    bool permits = false;

    for (const char *at = text; (at = strpbrk(at, "=+")) != NULL;) {
        size_t length = strspn(++at, "eip");

        permits |= memchr(at, 'p', length) != NULL;
    }
    return permits;
}
