/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the ustar header block (POSIX.1-2001, pax: "ustar Interchange Format"). */
#ifndef TS_INSIDE_USTAR_H
#define TS_INSIDE_USTAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define USTAR_BLOCK 512
#define USTAR_NAME_SIZE 257 /* prefix, '/', name, NUL */

struct ustar {
    char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], chksum[8], typeflag,
        linkname[100];
    char magic[6], version[2], uname[32], gname[32], devmajor[8], devminor[8], prefix[155], pad[12];
};
_Static_assert(sizeof(struct ustar) == USTAR_BLOCK, "a ustar header is one block");

/* Whether chksum is the sum of the header's bytes, with those of chksum counted as spaces. */
bool ustar_sum_holds(const struct ustar *header);

/* Parses an octal field terminated by a space or NUL. */
bool ustar_number(const char *field, size_t size, uint64_t *ret_value);

/* The full name; returns false if the header is not ustar. */
bool ustar_name(const struct ustar *header, char name[USTAR_NAME_SIZE]);

#endif
