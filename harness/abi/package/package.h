/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The product to check: a file, folder or archive of any format, with nested archives up to a
 * maximum depth. Its ELF files become a surface in memory; other relevant files are stored beside
 * it. Archives are not trusted: only nested archives and large programs are written to disk, into
 * unnamed files, and whatever exceeds a limit becomes a finding of severity UNKNOWN; nothing is
 * left out silently.
 */
#ifndef TS_ABI_PACKAGE_PACKAGE_H
#define TS_ABI_PACKAGE_PACKAGE_H

#include "abi/isa/isa.h"
#include "abi/package/census.h"
#include "abi/package/image.h"
#include "abi/package/machine_code.h"
#include "abi/surface/build.h"
#include "abi/surface/surface.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "model/finding.h"

struct content_handlers;
struct error;
struct package_listener;

#define PACKAGE_ENTRIES_MAX 400000
#define PACKAGE_FILE_MAX (UINT64_C(1) << 30)
#define PACKAGE_TOTAL_MAX (UINT64_C(16) << 30)
#define PACKAGE_HEAD 4096 /* first bytes, which decide whether a file is relevant */
#define PACKAGE_TEXT_MAX (4 << 20)
#define PACKAGE_SOURCE_MAX (1 << 20) /* of a source of an interpreter, and of all together */
#define PACKAGE_SOURCES_MAX (16 << 20)
/* largest ratio of unpacked to packed bytes after the first GiB */
#define PACKAGE_RATIO_MAX 400
#define PACKAGE_DEPTH_MAX 12         /* depth of nested archives */
#define PACKAGE_ARCHIVES_MAX 20000   /* total number of archives */
#define PACKAGE_UNKNOWN_MAX 1000     /* number of findings about parts that cannot be checked */
#define PACKAGE_NAMES_MAX (32 << 20) /* total bytes of paths and link targets */

struct package_text {
    char *path;
    char *text;
    char *interpreter; /* of a script without "#!": what starts it names it. Else NULL */
    bool beside;  /* of what is installed beside the product: it provides, and is not checked */
    bool written; /* a script writes it at installation */
    bool added;   /* the same, at the end of the image's file */
};

struct package_module {
    char *path;
    struct buffer data; /* content of the .ko, uncompressed */
};

/* What was found in an ELF file outside its dynamic section. */
struct package_elf {
    char *path;
    uint64_t size;
    uint32_t object; /* SURFACE_NONE: neither a dynamic nor a static program */
    struct isa_scan isa;
    struct strv hints;    /* IDs of string checks that matched; see script.h */
    struct strv opened;   /* library names that are constants in a file that calls dlopen */
    bool loads_nss;       /* statically linked, with glibc's name service, which loads libnss_* */
    bool computed_dlopen; /* calls dlopen with a name for which no constant was found */
    bool debug_info;
    bool allocator;          /* contains jemalloc for aarch64 */
    uint32_t allocator_page; /* the largest page size it supports; 0: the code does not show it */
};

/* A program of another system, an object file or a static library. */
struct package_code {
    char *path;
    uint64_t size;
    unsigned mode;
    struct machine_code code;
};

/* Bytecode of Python, and the magic number of its version. */
struct package_bytecode {
    char *path;
    unsigned magic;
};

/* Any file, with the input that contained it. */
struct package_file {
    char *path;
    uint64_t size; /* 0 if its content is irrelevant */
    unsigned input;
    unsigned mode; /* permission bits; an archive made on another system may have none */
};

/* Numbers of entries, to find out how another file was classified. */
struct package_counts {
    size_t examined, modules, scripts, units;
};

struct package {
    char *name;                  /* base name of the package's file */
    const struct isa_cpus *cpus; /* NULL: instruction sets do not matter */
    struct surface_builder *builder;
    struct surface *surface; /* set by package_read */
    VEC(struct package_text) scripts;
    VEC(struct package_text)
    sources;                               /* while reading: what may turn out to be a script when
                                              what starts it is known */
    VEC(struct package_text) units;        /* systemd units, sysusers.d and tmpfiles.d files */
    VEC(struct package_text) starts;       /* crontabs, udev rules and others; see start.h */
    VEC(struct package_text) environments; /* files that set variables for all users */
    VEC(struct package_text) link_lists;   /* JSON: links that the package's installer makes */
    VEC(struct package_text) assignments;  /* files of variables that a unit may name */
    VEC(struct package_text) preloads;     /* /etc/ld.so.preload */
    VEC(struct package_text) confs;        /* ld.so.conf and what it may include */
    VEC(struct package_text) triggers;     /* DEBIAN/triggers of debs */
    struct strv folders;                   /* folders that the package has as entries */
    VEC(struct package_text)
    char_signs;       /* C and C++ sources that assume plain char is signed, and where */
    bool signed_char; /* its build files request signed char from the compiler */
    VEC(struct package_module) modules;
    VEC(struct package_elf) elves;
    VEC(struct package_code) codes;
    VEC(struct package_bytecode) bytecode;
    struct findings findings; /* about the package itself: unreadable parts */
    VEC(struct package_file) files;
    unsigned input, product_inputs; /* product_inputs: number of inputs that are the product's */
    const char *prefix;             /* folder into which plain inputs are unpacked, "" for "/";
                                       NULL: not known. Borrowed while reading */
    bool elsewhere;        /* set by who reads it: plain inputs are known not to lie at "/" */
    uint32_t own_packages; /* number of packages in the surface that belong to the product; they are
                              first */
    const struct surface *repositories; /* packages that can be downloaded for it, or NULL */
    struct strv capable;                /* files with capabilities in their permitted set */
    struct strv uncalled; /* scripts of packages of npm that nothing calls (called.h), sorted */
    struct strv brought;  /* paths read in addition to the product: present, but not checked */
    const struct strv *without; /* while reading: folders to skip */
    const struct content_handlers *handlers;
    struct package_listener *listener; /* sees the content of every file, or NULL. Borrowed */
    char *listened; /* of the root of an image: what its paths begin with for the listener */
    VEC(struct package_image) images;
    struct census census;
    bool unxz_runs; /* an archive is read whose blocks are decompressed in memory: one at a time */
    bool full;      /* a limit for the whole package was exceeded and has been reported */
    size_t entries;
    size_t
        examined; /* number of files with relevant content: programs, modules, scripts, units, … */
    uint64_t bytes, input_bytes, name_bytes, module_bytes, source_bytes;
};

/* Reads the whole package. Negative only if the file cannot be opened; content that cannot be read,
 * or in which nothing can be examined, is a finding of severity UNKNOWN. */
int package_read(const char *path, const struct isa_cpus *cpus, struct package **ret_package,
                 struct error **err);

/* The same together with other packages that are installed: their files provide symbols but are not
 * checked. A path that both have is the product's. prefix: as in struct package. */
int package_read_with(const char *path, const struct strv *beside, const char *prefix,
                      const struct isa_cpus *cpus, struct package **ret_package,
                      struct error **err);

/* The same for a product of several packages, with this name. Folders in `without` (absolute, as
 * reached from a folder of the product) are not read. */
int package_read_all(const char *name, const struct strv *product, const struct strv *beside,
                     const struct strv *without, const char *prefix, const struct isa_cpus *cpus,
                     struct package **ret_package, struct error **err);

/* Reads one file or folder for who wants the content of its files (listen.h); without, prefix: as
 * above, or NULL. */
int package_read_listened(const char *path, const struct strv *without, const char *prefix,
                          struct package_listener *listener, struct package **ret_package,
                          struct error **err);

/* True if the paths of the product's files are those on the image: it consists of packages, its
 * prefix is given, or it is the tree of a system. Defined in placed.c. */
bool package_is_placed(const struct package *package);
void package_free(struct package *package);
DEFINE_CLEANUP(struct package *, package_free)

bool package_is_elf(const void *head, size_t length);

/* How many bytes of a file's content are needed, by its path and first bytes (PACKAGE_HEAD, or
 * all): 0, PACKAGE_TEXT_MAX for text, or PACKAGE_FILE_MAX. */
uint64_t package_wanted(const char *path, const void *head, size_t length);

/* True if `held` bytes that came from `packed` bytes of input may be stored in memory. */
bool package_may_hold(uint64_t held, uint64_t packed);

/* Counts an entry and its name; returns false and adds a finding if there are too many. */
bool package_count(struct package *package, const char *path, const char *target);

/* Adds one file to the package; path is absolute in it. mapped: the data is a mapping of a file,
 * the pages of which are dropped as they are read. */
void package_take(struct package *package, const char *path, unsigned mode, const void *data,
                  size_t size, bool mapped);
void package_take_code(struct package *package, const char *path, unsigned mode, uint64_t size,
                       const struct machine_code *code);
void package_take_bytecode(struct package *package, const char *path, const char *head);
void package_take_link(struct package *package, const char *path, const char *target);
void package_take_folder(struct package *package, const char *path);

/* Adds a finding that a file cannot be checked, with the reason. */
void package_unknown(struct package *package, const char *path, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
