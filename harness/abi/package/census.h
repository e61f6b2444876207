/* SPDX-License-Identifier: Apache-2.0 */
/* Counts what a package consists of and how much of it was examined. */
#ifndef TS_ABI_PACKAGE_CENSUS_H
#define TS_ABI_PACKAGE_CENSUS_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "base/vec.h"

struct package;
struct format;

struct census_kind {
    const char *name; /* not freed */
    size_t files;
};

struct census {
    size_t files;    /* regular files other than archives */
    size_t examined; /* files whose content was checked */
    size_t opaque;   /* files of unknown format, or that could not be read */
    size_t code;     /* files of a known format whose code is not examined, such as bytecode */
    size_t archives; /* archives that were read completely */
    uint64_t bytes, opaque_bytes;
    uint64_t portable_bytes; /* scripts, their modules, and code for virtual machines */
    size_t opaque_programs;  /* opaque files with an executable mode */
    VEC(struct census_kind) kinds;
    struct strv opaque_files; /* the first opaque files */
};

#define CENSUS_NAMED 20         /* number of opaque files that are listed */
#define CENSUS_OPAQUE_SHARE 4   /* tolerated are up to one byte in CENSUS_OPAQUE_SHARE … */
#define CENSUS_OPAQUE_FREE 1024 /* … and always up to this many bytes */

void census_add(struct census *census, const char *kind);
void census_add_opaque(struct census *census, const char *path, uint64_t size, unsigned mode);

/* Adds the counts of another census. */
void census_join(struct census *census, const struct census *other);

/* Adds the resulting findings: nothing examined, too much opaque. For an rpm or a deb that contains
 * only data of known formats, examining its metadata is sufficient. */
void census_conclude(struct package *package);
void census_done(struct census *census);

#endif
