/* SPDX-License-Identifier: Apache-2.0 */
/* The records of a pax extended header that payloads use (POSIX.1-2001, pax; GNU tar, "PAX Format,
 * Version 1.0" for files with holes). */
#ifndef TS_INSIDE_PAX_H
#define TS_INSIDE_PAX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAX_TEXT_SIZE 4096
#define PAX_RECORDS_MAX 65536 /* bytes */

/* Attributes that the ustar header cannot represent. */
struct pax {
    char name[PAX_TEXT_SIZE], link[PAX_TEXT_SIZE]; /* "": as in the header */
    bool has_size, sparse;
    uint64_t size;      /* in the archive */
    uint64_t real_size; /* of a file with holes, in bytes */
};

/* Parses the records that it knows; returns false if they are damaged or the sparse format is
 * unknown. */
bool pax_read(const char *records, size_t length, struct pax *pax);

#endif
