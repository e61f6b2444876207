/* SPDX-License-Identifier: Apache-2.0 */
/* A package held against one image, and, when one is named, against one platform's CPU. */
#ifndef TS_ABI_CHECK_CHECK_H
#define TS_ABI_CHECK_CHECK_H

#include "abi/loader/closure.h"
#include "abi/package/package.h"
#include "model/finding.h"
#include "model/platform.h"
#include "model/words.h"

/* Everything that can be told; rows get this surface's and platform's name. platform NULL: loading
 * only, no instruction sets. */
void check_package(const struct package *package, const struct surface *image,
                   const char *surface_name, const struct platform *platform,
                   struct findings *findings);

/* Is this the surface of a public list? */
bool check_is_reference(const struct surface *image);

/* The psABI's levels of x86-64 above the baseline, lowest first. */
#define CHECK_X86_LEVELS 3
struct check_x86_level {
    const char *name;        /* as glibc-hwcaps folders are called */
    uint32_t bit;            /* of GNU_PROPERTY_X86_ISA_1_NEEDED */
    const char *features[9]; /* ended by NULL */
};
extern const struct check_x86_level check_x86_levels[CHECK_X86_LEVELS];

enum covered { COVERED_BY_PROGRAM = 1, COVERED_BY_LIBRARY = 2 };

/* What a check works on. */
struct check {
    const struct package *package;
    const struct platform *platform;
    struct world world;
    struct closure closure;
    struct findings *findings;
    struct strv hwcaps; /* glibc-hwcaps folders that the CPU takes, best first */
    bool reference;
    bool opens;       /* an object of the package calls dlopen */
    uint8_t *spare;   /* package object -> it is not for this image, and a sibling of it is */
    uint8_t *covered; /* package object -> enum covered: who of the package loads it */
};

/* A root with all of its libraries: its programs over nothing but themselves; image says what its
 * loader goes by, and the kernel. */
void check_root(const struct package *root, const struct surface *image,
                const struct platform *platform, struct findings *findings);

/* The container images of a package, each against its own root and the target's kernel and CPU. */
void check_images(const struct package *package, const struct surface *target,
                  const struct platform *platform, struct findings *findings);

/* All but what scripts say, with the files of the package over the image's. package, platform and
 * findings are set before. */
void check_files(struct check *check, const struct surface *image);
void check_done(struct check *check);

/* Parts, each in its own file. */
void check_objects(struct check *check);      /* each file by itself */
void check_loading(struct check *check);      /* closures, versions, symbols */
void check_opened(struct check *check);       /* constant names that are given to dlopen */
void check_isa(struct check *check);          /* instruction sets */
void check_modules(struct check *check);      /* kernel modules */
void check_dependencies(struct check *check); /* packages */
void check_effects(struct check *check);      /* the image's programs, with the product installed */

struct resolver;
void check_file_conflicts(struct check *check, const struct resolver *resolver);

#endif
