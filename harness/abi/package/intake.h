/* SPDX-License-Identifier: Apache-2.0 */
/* One file of a package while it is read. If it is irrelevant, it is dropped after its first bytes;
 * otherwise it is stored up to a limit, so that an archive of two megabytes cannot occupy a
 * gigabyte: in memory, or in an unnamed temporary file if it is large. Dropping a relevant file
 * adds a finding. */
#ifndef TS_ABI_PACKAGE_INTAKE_H
#define TS_ABI_PACKAGE_INTAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/archive/blob.h"
#include "base/text.h"

struct package;

struct package_intake {
    struct package *package;
    const char *path; /* path in the package; borrowed */
    struct buffer data;
    struct spool spool; /* of a large file: takes what `data` had */
    const void *map;    /* the spool's content, from package_intake_end on */
    uint64_t limit;     /* bytes to store; 0: none */
    bool decided;       /* `limit` and `taken` are known */
    bool taken;         /* it is part of the package */
};

void package_intake_begin(struct package_intake *file, struct package *package, const char *path);

/* Adds the next bytes. packed: bytes of the input consumed for this file so far. */
void package_intake_add(struct package_intake *file, const void *data, size_t size,
                        uint64_t packed);

/* The file is complete: adds it to the package. */
void package_intake_end(struct package_intake *file, unsigned mode);

/* What was stored, after package_intake_end: NULL if nothing. */
const void *package_intake_content(const struct package_intake *file, size_t *ret_size);

/* Frees the content; after package_intake_end, or instead of it. */
void package_intake_done(struct package_intake *file);

#endif
