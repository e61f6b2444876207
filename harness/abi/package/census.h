/* SPDX-License-Identifier: Apache-2.0 */
/* What a package consists of, and how much of it was looked at. */
#ifndef TS_ABI_PACKAGE_CENSUS_H
#define TS_ABI_PACKAGE_CENSUS_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "base/vec.h"

struct package;
struct format;

struct census_kind {
    const char *name; /* static */
    size_t files;
};

struct census {
    size_t files;    /* regular files, without the archives */
    size_t examined; /* whose content was checked */
    size_t opaque;   /* of no known form, or of one that could not be read */
    size_t code;     /* of a known form, and code that is not looked at: bytecode and the like */
    size_t archives; /* that were read through */
    uint64_t bytes, opaque_bytes;
    size_t opaque_programs; /* opaque, and executable by their mode */
    VEC(struct census_kind) kinds;
    struct strv opaque_files; /* the first ones */
};

#define CENSUS_NAMED 20         /* opaque files that are named */
#define CENSUS_OPAQUE_SHARE 4   /* one byte in so many may be opaque … */
#define CENSUS_OPAQUE_FREE 1024 /* … and so many always */

void census_add(struct census *census, const char *kind);
void census_add_opaque(struct census *census, const char *path, uint64_t size, unsigned mode);

/* Adds what another counted. */
void census_join(struct census *census, const struct census *other);

/* The findings that follow from it: nothing examined, too much opaque. Of an rpm or a deb that
 * holds only data of known forms its metadata is what there is to examine. */
void census_conclude(struct package *package);
void census_done(struct census *census);

#endif
