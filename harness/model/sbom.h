/* SPDX-License-Identifier: Apache-2.0 */
/* What a product consists of: its files, the components that they state, and what was not examined.
 * Made by sbom/, written by sbom/write_*.c. */
#ifndef TS_MODEL_SBOM_H
#define TS_MODEL_SBOM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/vec.h"

/* The types of package URLs (github.com/package-url/purl-spec). */
enum component_type {
    COMPONENT_DEB,
    COMPONENT_RPM,
    COMPONENT_MAVEN,
    COMPONENT_PYPI,
    COMPONENT_NPM,
    COMPONENT_GOLANG,
    COMPONENT_CARGO,
    COMPONENT_GENERIC,
    COMPONENT_TYPE_COUNT
};
const char *component_type_name(enum component_type type);

/* How a component is known, the strongest first. */
enum component_basis {
    BASIS_METADATA,   /* the package's own metadata */
    BASIS_BUILD_INFO, /* written into the program by the compiler */
    BASIS_FILE_NAME,  /* the name of an archive without metadata */
    BASIS_TEXT,       /* a text by which a library names itself in a program */
    BASIS_LOCK_FILE,  /* a list of what is to be installed with it; it need not be in the product */
    BASIS_COUNT
};
const char *component_basis_name(enum component_basis basis);

#define COMPONENT_NO_FILE SIZE_MAX

struct component {
    enum component_type type;
    enum component_basis basis;
    unsigned confidence; /* percent */
    char *space;         /* group, scope or vendor; or NULL */
    char *name;
    char *version; /* NULL: not stated */
    char *arch;    /* or NULL */
    char *source;  /* of deb and rpm: the source package, if it has another name; or NULL */
    char *licence; /* as stated, in any form; or NULL */
    char *place;   /* path of the file that states it */
    char *purl;
    size_t file; /* index in the files, or COMPONENT_NO_FILE: stated by metadata outside any file */
};

struct sbom_file {
    char *path; /* "/a.tgz!/b.jar!/x"; inputs are at the top */
    uint64_t size;
    bool input;
    bool program;  /* an ELF file */
    char sha1[41]; /* SPDX demands it of every file; nothing here relies on it */
    char sha256[DIGEST_TEXT_SIZE];
};

/* What was not examined, and why. */
struct sbom_gap {
    char *path, *reason;
};

struct sbom {
    char *name;
    char *origin;   /* the cell of a run that it is about; or NULL */
    int64_t time_s; /* newest modification time of the inputs */
    VEC(struct sbom_file) files;
    VEC(struct component) components;
    VEC(struct sbom_gap) gaps;
};

void component_done(struct component *component);
void sbom_done(struct sbom *sbom);
void sbom_add_gap(struct sbom *sbom, const char *path, const char *reason);

#endif
