/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a partner hands in: a file, folder or archive of any form, with archives inside to a bounded
 * depth. Its files become a surface in memory; what is no ELF but matters is kept beside it.
 * Archives are hostile: of what is inside, only archives are written to disk, into files without a
 * name, and what passes a bound is a finding of kind UNKNOWN, never left out in silence.
 */
#ifndef TS_ABI_PACKAGE_PACKAGE_H
#define TS_ABI_PACKAGE_PACKAGE_H

#include "abi/isa/isa.h"
#include "abi/package/census.h"
#include "abi/package/image.h"
#include "abi/surface/build.h"
#include "abi/surface/surface.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "model/finding.h"

struct contents_ways;
struct error;

#define PACKAGE_ENTRIES_MAX 400000
#define PACKAGE_FILE_MAX (UINT64_C(1) << 30)
#define PACKAGE_TOTAL_MAX (UINT64_C(16) << 30)
#define PACKAGE_HEAD 4096 /* first bytes that tell whether a file matters */
#define PACKAGE_TEXT_MAX (4 << 20)
#define PACKAGE_RATIO_MAX 400        /* bytes out for a byte in, after the first GiB */
#define PACKAGE_DEPTH_MAX 12         /* archives in archives */
#define PACKAGE_ARCHIVES_MAX 20000   /* archives altogether */
#define PACKAGE_UNKNOWN_MAX 1000     /* findings about parts that cannot be told */
#define PACKAGE_NAMES_MAX (32 << 20) /* bytes of all paths and link targets */

struct package_text {
    char *path;
    char *text;
};

struct package_module {
    char *path;
    struct buffer data; /* the .ko itself, unpacked */
};

/* What was seen in an ELF file besides its dynamic section. */
struct package_elf {
    char *path;
    uint32_t object; /* SURFACE_NONE: neither dynamic nor static program */
    struct isa_scan isa;
    struct strv hints;    /* ids of string checks that fired; script.h */
    struct strv opened;   /* library names, constant in a file that calls dlopen */
    bool loads_nss;       /* static, and glibc's name service in it opens libnss_* */
    bool computed_dlopen; /* calls dlopen, and no constant name feeds it that was found */
    bool debug_info;
    bool allocator;          /* a jemalloc for aarch64 is in it */
    uint32_t allocator_page; /* the largest page that it takes; 0: not told by the code */
};

/* Any file, with the input that it came in. */
struct package_file {
    char *path;
    uint64_t size; /* 0 where its content does not matter */
    unsigned input;
};

/* How many of each there are, to tell what one more file became. */
struct package_counts {
    size_t examined, modules, scripts, units;
};

struct package {
    char *name; /* the file's base name */
    bool scan_isa;
    struct surface_builder *builder;
    struct surface *surface; /* after package_read */
    VEC(struct package_text) scripts;
    VEC(struct package_text) units;      /* systemd's, and sysusers.d */
    VEC(struct package_text) char_signs; /* sources that take plain char as signed, and where */
    bool signed_char;                    /* its build files ask the compiler for that */
    VEC(struct package_module) modules;
    VEC(struct package_elf) elves;
    struct findings findings; /* of the package itself: unreadable parts */
    VEC(struct package_file) files;
    unsigned input;
    uint32_t own_packages;          /* of the surface's packages: the product's, which are first */
    const struct surface *delivery; /* packages that are installed together with it, or NULL */
    const struct surface *repositories; /* packages that can be fetched for it, or NULL */
    struct strv brought; /* paths of what was read beside the product: there, and not checked */
    const struct strv *without; /* while it is read: folders that are not */
    const struct contents_ways *ways;
    VEC(struct package_image) images;
    struct census census;
    bool full; /* a bound of the whole was passed; said already */
    size_t entries;
    size_t examined; /* files whose content says something: programs, modules, scripts, units, … */
    uint64_t bytes, input_bytes, name_bytes, module_bytes;
};

/* Reads it all. Negative only when the file cannot be opened; content that cannot be read, or in
 * which nothing can be examined, is a finding of kind UNKNOWN. */
int package_read(const char *path, bool scan_isa, struct package **ret_package, struct error **err);

/* The same with other packages that are installed beside it: their files provide, and are not
 * checked themselves. A path that the product has too is the product's. */
int package_read_with(const char *path, const struct strv *beside, bool scan_isa,
                      struct package **ret_package, struct error **err);

/* The same with a product of several packages, called by this name. What is below the folders of
 * `without` (absolute, as they are reached from a folder of the product) is not read. */
int package_read_all(const char *name, const struct strv *product, const struct strv *beside,
                     const struct strv *without, bool scan_isa, struct package **ret_package,
                     struct error **err);
void package_free(struct package *package);
DEFINE_CLEANUP(struct package *, package_free)

bool package_is_elf(const void *head, size_t length);

/* How many bytes of a file's content matter, by its path and first bytes (PACKAGE_HEAD, or all): 0,
 * text's PACKAGE_TEXT_MAX, or PACKAGE_FILE_MAX. */
uint64_t package_wanted(const char *path, const void *head, size_t length);

/* Whether so many bytes may be held in memory that came from so many bytes of input. */
bool package_may_hold(uint64_t held, uint64_t packed);

/* Counts one more entry and its name; false, and a finding, when there are too many. */
bool package_count(struct package *package, const char *path, const char *target);

/* Takes one file of the package; path is absolute in it. */
void package_take(struct package *package, const char *path, unsigned mode, const void *data,
                  size_t size);
void package_take_link(struct package *package, const char *path, const char *target);

/* "Cannot be told" about a file, with why. */
void package_unknown(struct package *package, const char *path, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
