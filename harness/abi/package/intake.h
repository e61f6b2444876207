/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One file of a package while its bytes come in. What does not matter is dropped after its head;
 * what does is held in memory only as far as it may: an archive of two megabytes must not become a
 * gigabyte of memory. What is dropped is a finding.
 */
#ifndef TS_ABI_PACKAGE_INTAKE_H
#define TS_ABI_PACKAGE_INTAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

struct package;

struct package_intake {
    struct package *package;
    const char *path; /* in the package; borrowed */
    struct buffer data;
    uint64_t limit; /* bytes to hold; 0: none */
    bool decided;   /* whether it matters is known */
    bool taken;     /* it is part of the package */
};

void package_intake_begin(struct package_intake *file, struct package *package, const char *path);

/* The next bytes. packed: how many bytes of the input it took so far to get them. */
void package_intake_add(struct package_intake *file, const void *data, size_t size,
                        uint64_t packed);

/* All was read: it becomes part of the package. */
void package_intake_end(struct package_intake *file, unsigned mode);

/* Frees what is held; after package_intake_end, or instead of it. */
void package_intake_done(struct package_intake *file);

#endif
