/* SPDX-License-Identifier: Apache-2.0 */
/* Unpacks a payload from its disk. */
#ifndef TS_INSIDE_UNPACK_H
#define TS_INSIDE_UNPACK_H

#include <stdint.h>

struct unpack {
    const char *payload, *base;
    const char *without; /* skip everything under this name; NULL: unpack all */
    uint64_t needs_kib;  /* space needed on the file system of base; 0: unknown */
    int fd;
};

/* Returns EXIT_IO or EXIT_NO_SPACE after printing a message, or 0. Existing files are replaced. */
int unpack_all(struct unpack *unpack);

#endif
