/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Harvest: from a file system, whole or as a tar, to its surface. Where the files come from is one
 * side (harvest_root.c, harvest_tar.c), what is made of them the other; both meet in
 * harvest_take_*. Nothing in the tree is run, no link is followed on the host, and a file that is
 * no sound ELF is kept as a plain path and counted.
 */
#ifndef TS_ABI_SURFACE_HARVEST_H
#define TS_ABI_SURFACE_HARVEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/surface/build.h"
#include "base/text.h"
#include "base/vec.h"

struct elf_file;

/* A file that says something about the whole image, kept until all paths are known. */
struct fact {
    char *path; /* absolute in the image */
    struct buffer data;
    bool read; /* as a part of ld.so.conf */
};

struct harvest {
    struct surface_builder *builder;
    const char *source; /* said of where it came from; NULL: the path. Borrowed */
    const char *prefix; /* put before every path of a root folder; NULL: none. Borrowed */
    VEC(struct fact) facts;
    struct strv modules;  /* kernel releases seen below lib/modules */
    uint16_t machine;     /* of libc or the loader; 0: not seen */
    uint16_t any_machine; /* of the first 64-bit file */
    char *glibc, *loader, *libc;
    size_t objects, damaged;
    size_t conf_includes; /* patterns of ld.so.conf that were followed */
};

#define HARVEST_FILE_MAX (UINT64_C(1) << 30)  /* bytes of one ELF file */
#define HARVEST_FACT_MAX (UINT64_C(64) << 20) /* bytes of one file that is kept */
#define HARVEST_ENTRIES_MAX 4000000

void harvest_init(struct harvest *harvest);
void harvest_done(struct harvest *harvest);

/* Does the file at this path speak about the whole image? Then give it to harvest_take_fact. */
bool harvest_wants_fact(const char *path);
void harvest_take_fact(struct harvest *harvest, const char *path, struct buffer *data);

/* Could a file of this name and mode be loaded or run? */
bool harvest_wants_file(const char *path, unsigned mode);

/* Takes a file that harvest_wants_file named. ELF: ret_object (may be NULL) gets the object, or
 * SURFACE_NONE. */
void harvest_take_file(struct harvest *harvest, const char *path, const void *data, size_t size,
                       uint32_t *ret_object);
void harvest_take_link(struct harvest *harvest, const char *path, const char *target);
void harvest_take_folder(struct harvest *harvest, const char *path);

/* Reads the facts and owners into the surface; source says where it came from. */
int harvest_finish(struct harvest *harvest, const char *source, struct error **err);

/* The whole of it. The folder is read through its own descriptor; links are not followed. */
int harvest_root(struct harvest *harvest, const char *folder, struct error **err);
int harvest_tar(struct harvest *harvest, const char *path, struct error **err);

/* Parts of harvest_finish, each in its own file. */
void harvest_read_system(struct harvest *harvest); /* os-release, ld.so.conf */
/* The names of passwd or group, each in ':', as one meta row; none where the file is not there. */
void harvest_read_names(struct harvest *harvest, const char *path, const char *key);
void harvest_read_cache(struct harvest *harvest, const struct fact *fact); /* ld.so.cache */
void harvest_read_dpkg(struct harvest *harvest);
int harvest_read_rpm(struct harvest *harvest, struct error **err);
void harvest_read_kernel(struct harvest *harvest);
void harvest_read_loader(struct harvest *harvest, const struct elf_file *file, const char *path);

/* Sets the owner of the object at this path, if there is one; links of the top level are followed.
 */
void harvest_set_owner(struct harvest *harvest, const char *path, size_t length, uint32_t owner);

/* The kept fact of this path, or NULL. */
struct fact *harvest_fact(const struct harvest *harvest, const char *path);

#endif
