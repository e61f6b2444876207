/* SPDX-License-Identifier: Apache-2.0 */
/* Takes a payload off its disk. */
#ifndef TS_INSIDE_UNPACK_H
#define TS_INSIDE_UNPACK_H

#include <stdint.h>

struct unpack {
    const char *payload, *base;
    const char *without; /* nothing below this name; NULL: all */
    uint64_t needs_kib;  /* what it takes on the file system of base; 0: not said */
    int fd;
};

/* EXIT_IO or EXIT_NO_SPACE after a message, or 0. Whatever was there under a member's name is
 * replaced. */
int unpack_all(struct unpack *unpack);

#endif
