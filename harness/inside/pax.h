/* SPDX-License-Identifier: Apache-2.0 */
/* The records of a pax extended header, as far as a payload has them (POSIX.1-2001, pax; GNU tar,
 * "PAX Format, Version 1.0" for files with holes). */
#ifndef TS_INSIDE_PAX_H
#define TS_INSIDE_PAX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAX_TEXT_SIZE 4096
#define PAX_RECORDS_MAX 65536 /* bytes */

/* What a member's own header cannot say. */
struct pax {
    char name[PAX_TEXT_SIZE], link[PAX_TEXT_SIZE]; /* "": as in the header */
    bool has_size, sparse;
    uint64_t size;      /* in the archive */
    uint64_t real_size; /* of a file with holes */
};

/* Takes what it knows of the records; false when they are damaged, or of a kind of sparse file that
 * is not known. */
bool pax_read(const char *records, size_t length, struct pax *pax);

#endif
