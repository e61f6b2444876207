/* SPDX-License-Identifier: Apache-2.0 */
/* Checks a package against an image and, if one is given, against a platform's CPU. */
#ifndef TS_ABI_CHECK_CHECK_H
#define TS_ABI_CHECK_CHECK_H

#include "abi/loader/closure.h"
#include "abi/package/package.h"
#include "model/finding.h"
#include "model/platform.h"
#include "model/words.h"

/* Adds the CPU of a platform, whose features are borrowed. */
void check_cpus_add(struct isa_cpus *cpus, const struct platform *platform);

/* Performs all checks; findings get this surface's and platform's name. platform NULL: loading
 * only, no instruction sets. */
void check_package(const struct package *package, const struct surface *image,
                   const char *surface_name, const struct platform *platform,
                   struct findings *findings);

/* True if the surface was made from public lists. */
bool check_is_reference(const struct surface *image);

/* The x86-64 levels of the psABI above the baseline, lowest first. */
#define CHECK_X86_LEVELS 3
struct check_x86_level {
    const char *name;        /* as glibc-hwcaps folders are named */
    uint32_t bit;            /* bit in GNU_PROPERTY_X86_ISA_1_NEEDED */
    const char *features[9]; /* NULL-terminated */
};
extern const struct check_x86_level check_x86_levels[CHECK_X86_LEVELS];

enum covered { COVERED_BY_PROGRAM = 1, COVERED_BY_LIBRARY = 2 };

/* Whether a program of hosts.def is in image or package. */
#define CHECK_HOSTS_MAX 40
struct host_place {
    bool known, there;
    bool exports; /* it defines a symbol for plug-ins */
};

/* The inputs and state of a check. */
struct check {
    const struct package *package;
    const struct platform *platform;
    struct world world;
    struct closure closure;
    struct findings *findings;
    struct strv hwcaps; /* glibc-hwcaps folders that the CPU supports, best first */
    const struct strv *folders, *preloads; /* LD_LIBRARY_PATH and LD_PRELOAD; NULL: none */
    const struct strv *own; /* programs whose set-user-ID bit changes nothing, because who starts
                               them is their owner, sorted; NULL: none */
    bool whole;             /* the package is a whole root: nobody runs ldconfig in it */
    bool placed;            /* the paths of the package's files are those on the image */
    bool reference;
    bool opens; /* an object of the package calls dlopen */
    struct host_place hosts[CHECK_HOSTS_MAX];
    uint8_t *spare;   /* for each object of the package: nonzero if it is not for this image, and a
                         sibling of it is */
    uint8_t *covered; /* for each object of the package: enum covered, which part of the package
                         loads it */
};

/* Checks the container images in a package, each against its own root and the target's kernel and
 * CPU. */
void check_images(const struct package *package, const struct surface *target,
                  const struct platform *platform, struct findings *findings);

/* Everything except scripts, with the package's files overlaid on the image's. package, platform
 * and findings are set by the caller. */
void check_files(struct check *check, const struct surface *image);
void check_done(struct check *check);

/* The parts of a check, each in a file of its own. */
void check_objects(struct check *check); /* each file separately */
void check_loading(struct check *check); /* closures, versions, symbols */
void check_load(struct check *check, const struct package_elf *elf); /* of one program */
void check_opened(struct check *check);       /* constant names passed to dlopen */
void check_isa(struct check *check);          /* instruction sets */
void check_python_abi(struct check *check);   /* extension modules of Python */
void check_modules(struct check *check);      /* kernel modules, and sources of modules */
void check_optional(struct check *check);     /* lowers what the product does without */
void check_foreign(struct check *check);      /* other systems' programs, static libraries */
void check_dependencies(struct check *check); /* relations between packages */
void check_effects(struct check *check);  /* programs of the image, with the product installed */
void check_settings(struct check *check); /* the same, with variables that the product sets */

/* Adds the paths that the image's dpkg or the product's preinst scripts divert, and sorts the list.
 */
void diversions_read(const struct check *check, struct strv *ret);

struct resolver;
void check_file_conflicts(struct check *check, struct resolver *resolver);

/* Libraries that are missing, with what is fetched from repositories. Defined in fetched.c. */
void fetched_check_libraries(struct check *check, const struct resolver *resolver);

/* Says which script of the product copies its library of this name to a folder that the loader
 * searches; NULL: none. Caller frees. Defined in installs.c. */
char *installs_library(const struct package *package, const char *name);

#endif
