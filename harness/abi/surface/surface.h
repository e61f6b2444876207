/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A surface: what a file system provides to programs, as one self-contained file of flat tables
 * that is mapped and used in place. An image has one, and so has the content of a package, in
 * memory, so that the loader's rules are implemented once, on surfaces. A surface file is named by
 * its SHA-256; every offset in it is checked on open, so that a damaged or malicious file is
 * rejected.
 *
 * SQLite was measured as an alternative: 927,000 rows take 0.6 s plus 0.4 s for the index, more
 * than the whole harvest may take; a mapped table also opens without parsing.
 */
#ifndef TS_ABI_SURFACE_SURFACE_H
#define TS_ABI_SURFACE_SURFACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/digest.h"

struct error;

/* Strings are offsets into the string table; 0 means absent. Strings are stored once, except symbol
 * names, which have IDs of their own. */
struct surface_meta {
    uint32_t key, value;
};

enum surface_object_flag {
    OBJECT_64 = 1 << 0,
    OBJECT_BIND_NOW = 1 << 1,
    OBJECT_TEXTREL = 1 << 2,
    OBJECT_SYMBOLIC = 1 << 3,
    OBJECT_RELR = 1 << 4,
    OBJECT_VERSYM = 1 << 5,     /* has DT_VERSYM */
    OBJECT_VERDEF = 1 << 6,     /* defines versions */
    OBJECT_STATIC_TLS = 1 << 7, /* DF_STATIC_TLS or TPOFF relocations */
    OBJECT_NODEFLIB = 1 << 8,
    OBJECT_PIE = 1 << 9,
    OBJECT_STACK_EXEC = 1 << 10,
    OBJECT_STACK_ABSENT = 1 << 11,
    OBJECT_STRIPPED = 1 << 12, /* no section headers */
    OBJECT_GO = 1 << 13,
    OBJECT_UPX = 1 << 14,
    OBJECT_STATIC = 1 << 15,
    OBJECT_ABI_TAG = 1 << 16,
    OBJECT_REFERENCE = 1 << 18, /* from a public list instead of a file */
};

/* An ELF object that the loader could load. Ranges are the first index and the number of rows in
 * their table. */
struct surface_object {
    uint32_t path, soname, interpreter, build_id, package;
    uint32_t rpath, runpath;
    uint32_t flags;                  /* enum surface_object_flag */
    uint32_t needed, needed_count;   /* range in lists */
    uint32_t dlopen, dlopen_count;   /* range in lists: JSON texts of .note.dlopen */
    uint32_t version, version_count; /* range in versions */
    uint32_t export, export_count;
    uint32_t import, import_count;
    uint32_t min_align, max_align, congruence; /* bytes; see elf/view.h */
    uint32_t tls_size, tls_align;
    uint32_t abi_os, abi_kernel; /* from the ABI tag; kernel as major << 16 | minor << 8 | patch */
    uint32_t isa_needed, feature_and;
    uint16_t machine, type;
    uint8_t osabi, pad[3];
};

enum surface_version_flag { VERSION_WEAK = 1, VERSION_BASE = 2 };
struct surface_version {
    uint32_t name;
    uint32_t file; /* the library that must define it; 0: the object defines it */
    uint16_t flags, index;
};

/* A symbol that an object defines and that the loader may bind to. */
struct surface_export {
    uint32_t name;    /* index in the table of names */
    uint32_t version; /* 1 + index in versions; 0: none */
    uint32_t size;
    uint16_t versym; /* as in the file; bit 15: hidden */
    uint8_t bind, type;
};

enum surface_import_flag { IMPORT_WEAK = 1, IMPORT_VERSION_HIDDEN = 2 };
struct surface_import {
    uint32_t name;
    uint32_t version;   /* 1 + index in versions; 0: none */
    uint32_t size;      /* of a COPY relocation */
    uint8_t references; /* enum elf_reference; 0: no relocation refers to it */
    uint8_t flags, type, pad;
};

struct surface_name {
    uint32_t text;
    uint32_t hash;
    uint32_t posting; /* index of its first posting; they end where the next name's begin */
};

/* The objects that export a name: grouped by name, in the order of objects. */
struct surface_posting {
    uint32_t object, export;
};

enum surface_path_kind { PATH_OBJECT, PATH_LINK, PATH_FILE, PATH_FOLDER };
struct surface_path {
    uint32_t path;
    uint32_t kind;
    uint32_t value; /* PATH_OBJECT: object; PATH_LINK: string; PATH_FILE: first line of a script */
};

/* A row of ld.so.cache (glibc elf/cache.c). */
struct surface_cache {
    uint32_t name, path, flags, hwcaps; /* hwcaps: name of the glibc-hwcaps folder, or 0 */
};

/* A kernel symbol of one kernel release. */
struct surface_kernel_symbol {
    uint32_t release, name, module, crc,
        flags; /* flags bit 0: GPL only; bit 1: listed, without a stability promise */
};

/* A package that is installed, or part of a delivery or repository. */
enum surface_package_flag {
    PACKAGE_RPM = 1 << 0,
    PACKAGE_DEB = 1 << 1,
    PACKAGE_ESSENTIAL = 1 << 2,
    PACKAGE_MULTI_ARCH_FOREIGN = 1 << 3,
    PACKAGE_MULTI_ARCH_ALLOWED = 1 << 4,
    PACKAGE_MULTI_ARCH_SAME = 1 << 5
};
struct surface_package {
    uint32_t name, arch;
    uint32_t version; /* [EPOCH:]VERSION-RELEASE, or the full version of a deb */
    uint32_t payload; /* of a package file: an rpm's compressor, a deb's members with a space
                         between them; 0: unknown, or installed */
    uint32_t relation, relation_count;
    uint32_t owned, owned_count;
    uint32_t flags; /* enum surface_package_flag */
};

/* A relation to other packages. The sense bits are rpm's (RPMSENSE_*) for both families. */
enum surface_relation_flag {
    SENSE_LESS = 1 << 1,
    SENSE_GREATER = 1 << 2,
    SENSE_EQUAL = 1 << 3,
    SENSE_MASK = SENSE_LESS | SENSE_GREATER | SENSE_EQUAL,
    RELATION_ALTERNATIVE = 1 << 4, /* the next row is an alternative to this one (deb's "|") */
    RELATION_ANY_ARCH = 1 << 5,    /* NAME:any */
    RELATION_KIND_SHIFT = 8,
};
enum surface_relation_kind {
    RELATION_PROVIDES,
    RELATION_REQUIRES,
    RELATION_WEAK, /* Recommends, Suggests; Supplements and Enhances ask for nothing */
    RELATION_CONFLICTS,
    RELATION_BREAKS,
    RELATION_OBSOLETES,
    RELATION_REPLACES,
};
struct surface_relation {
    uint32_t name, version, flags;
};

/* A path that a package owns, with the attributes that rpm compares when two packages own the same
 * path. */
enum surface_owned_flag {
    OWNED_GHOST = 1 << 0,
    OWNED_CONFIG = 1 << 1,
    OWNED_BARE = 1 << 2,
    OWNED_CAPS = 1 << 3
};
struct surface_owned {
    uint32_t folder, base; /* strings; the folder ends with '/' */
    uint32_t package;
    uint32_t mode; /* st_mode; 0: unknown (dpkg does not record it) */
    uint32_t user, group;
    uint32_t size,
        content; /* content: target of a link (a string), or a hash of the digest's text */
    uint32_t flags, color;
};

/* A default of the system (abi/settings). Without a name: the group is known, or with
 * SETTING_UNKNOWN the value says why it is not. */
struct surface_setting {
    uint32_t group, name, value, origin;
    uint32_t flags; /* enum setting_flag */
};

enum surface_table {
    TABLE_STRINGS,
    TABLE_META,
    TABLE_OBJECTS,
    TABLE_LISTS, /* strings */
    TABLE_VERSIONS,
    TABLE_EXPORTS,
    TABLE_IMPORTS,
    TABLE_NAMES,      /* has one extra row, which ends the postings of the last name */
    TABLE_NAME_SLOTS, /* hash table (text_hash) with open addressing; 1 + name, 0: empty; size is a
                       * power of two
                       */
    TABLE_POSTINGS,
    TABLE_PATHS,
    TABLE_PATH_SLOTS,
    TABLE_CACHE,
    TABLE_FOLDERS, /* strings: the loader's default folders, in order */
    TABLE_CONF,    /* strings: folders of ld.so.conf, in order */
    TABLE_KERNEL,
    /* Absent from surfaces made before 1.2, which are still read. */
    TABLE_PACKAGES,
    TABLE_RELATIONS,
    TABLE_OWNED,
    TABLE_SETTINGS, /* absent from surfaces made before 0.3 */
    TABLE_COUNT
};
extern const size_t surface_widths[TABLE_COUNT];

/* An open surface. The tables point into the mapped file. */
struct surface {
    void *map;
    size_t size;
    bool mapped;
    uint64_t counts[TABLE_COUNT];
    const char *strings;
    const struct surface_meta *meta;
    const struct surface_object *objects;
    const uint32_t *lists;
    const struct surface_version *versions;
    const struct surface_export *exports;
    const struct surface_import *imports;
    const struct surface_name *names;
    const uint32_t *name_slots;
    const struct surface_posting *postings;
    const struct surface_path *paths;
    const uint32_t *path_slots;
    const struct surface_cache *cache;
    const uint32_t *folders;
    const uint32_t *conf;
    const struct surface_kernel_symbol *kernel;
    const struct surface_package *packages;
    const struct surface_relation *relations;
    const struct surface_owned *owned;
    const struct surface_setting *settings;
};

/* Maps and checks a surface file. -EBADMSG: not a surface, or damaged. */
int surface_open(const char *path, struct surface **ret_surface, struct error **err);

/* Takes ownership of memory from malloc, which is freed also on failure. */
int surface_open_memory(void *data, size_t size, const char *what, struct surface **ret_surface,
                        struct error **err);
void surface_close(struct surface *surface);
DEFINE_CLEANUP(struct surface *, surface_close)

#define SURFACE_NONE UINT32_MAX

static inline const char *surface_text(const struct surface *surface, uint32_t string)
{
    return surface->strings + string;
}

/*
 * The value of a meta row, or NULL. Keys: machine, class, glibc, loader, os.ID, os.VERSION_ID,
 * os.PRETTY_NAME, users and groups (":root:daemon:"), system-files (1: the paths include units,
 * release files and files that scripts source; 2: all files of /etc and the folders outside
 * /usr/share and /usr/src), settings (1: the table of settings was harvested), python-modules (1:
 * the paths include modules of one file), page-size, kernel, kernel-modules ("ext4:xfs:"),
 * kernel-config:RELEASE, source, reference, conf-text:PATH (a file of ld.so.conf), text:PATH (a
 * file that names the distribution, such as /etc/redhat-release), diversions (paths that dpkg
 * diverts, a line each), …
 */
const char *surface_meta_get(const struct surface *surface, const char *key);

/* Index of a symbol name, or SURFACE_NONE. */
uint32_t surface_find_name(const struct surface *surface, const char *name);

/* Index of exactly this path (links are not followed), or SURFACE_NONE. */
uint32_t surface_find_path(const struct surface *surface, const char *path, size_t length);

#endif
