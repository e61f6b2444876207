/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Harvests the surface of a file system, given as a folder or a tar. The sources of files
 * (harvest_root.c, harvest_tar.c) and their processing are separate and meet in harvest_take_*.
 * Nothing in the tree is executed, links are not followed on the host, and an invalid ELF file is
 * recorded as a plain path and counted.
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

/* A file that describes the whole image, stored until all paths are known. */
struct fact {
    char *path; /* absolute in the image */
    struct buffer data;
    char *problem; /* of a file of settings: why it was not read; NULL: it was */
};

struct harvest {
    struct surface_builder *builder;
    const char *source; /* name of the source for messages; NULL: the path. Borrowed */
    const char *prefix; /* prepended to every path of a root folder; NULL: none. Borrowed */
    VEC(struct fact) facts;
    struct strv modules;  /* kernel releases found in lib/modules */
    uint16_t machine;     /* machine of libc or the loader; 0: not found */
    uint16_t any_machine; /* machine of the first 64-bit file */
    char *glibc, *loader, *libc;
    unsigned systemd; /* release; 0: not found */
    char *hierarchy;  /* default-hierarchy of systemd's build */
    size_t objects, damaged;
};

#define HARVEST_FILE_MAX (UINT64_C(1) << 30)  /* largest ELF file, in bytes */
#define HARVEST_FACT_MAX (UINT64_C(64) << 20) /* largest stored file, in bytes */
#define HARVEST_ENTRIES_MAX 4000000

void harvest_init(struct harvest *harvest);
void harvest_done(struct harvest *harvest);

/* True for the files that scripts ask for the distribution: /etc/redhat-release, /etc/issue, … */
bool harvest_names_distribution(const char *path);

/* True if the file at this path describes the whole image; then pass it to harvest_take_fact. */
bool harvest_wants_fact(const char *path);
void harvest_take_fact(struct harvest *harvest, const char *path, struct buffer *data);
/* The same for a file of settings that cannot be read; problem: after the path in a message. */
void harvest_take_unread(struct harvest *harvest, const char *path, const char *problem);
#define HARVEST_TOO_LARGE "is larger than 1 MiB"
#define HARVEST_NO_FILE "is not a regular file"

/* True if a file with this name and mode could be loaded or executed, or belongs to the system's
 * settings. */
bool harvest_wants_file(const char *path, unsigned mode);

/* Adds a file that harvest_wants_file accepted. */
void harvest_take_file(struct harvest *harvest, const char *path, const void *data, size_t size);
/* The same for an ELF file that is open; NULL: it is damaged. Returns the object, or SURFACE_NONE.
 */
uint32_t harvest_take_elf(struct harvest *harvest, const char *path, const struct elf_file *file);
void harvest_take_link(struct harvest *harvest, const char *path, const char *target);
void harvest_take_folder(struct harvest *harvest, const char *path);

/* Processes facts and owners into the surface; source: description of where it came from. */
int harvest_finish(struct harvest *harvest, const char *source, struct error **err);

/* Harvests a whole folder or tar. The folder is read through its own descriptor; links are not
 * followed. */
int harvest_root(struct harvest *harvest, const char *folder, struct error **err);
int harvest_tar(struct harvest *harvest, const char *path, struct error **err);

/* The parts of harvest_finish, each in a file of its own. */
void harvest_read_system(struct harvest *harvest);   /* os-release, ld.so.conf */
void harvest_read_releases(struct harvest *harvest); /* texts of /etc/redhat-release and others */
/* Adds the names in passwd or group, each enclosed in ':', as one meta row; none if the file does
 * not exist. */
void harvest_read_names(struct harvest *harvest, const char *path, const char *key);
void harvest_read_cache(struct harvest *harvest, const struct fact *fact); /* ld.so.cache */
void harvest_read_dpkg(struct harvest *harvest);
int harvest_read_rpm(struct harvest *harvest, struct error **err);
void harvest_read_kernel(struct harvest *harvest);
void harvest_read_settings(struct harvest *harvest); /* after the packages */
void harvest_read_loader(struct harvest *harvest, const struct elf_file *file, const char *path);

void harvest_read_systemd(struct harvest *harvest, const struct elf_file *file);

/* Sets the owner of the object at this path, if there is one; top-level links are followed. */
void harvest_set_owner(struct harvest *harvest, const char *path, size_t length, uint32_t owner);

/* The stored fact of this path, or NULL. */
struct fact *harvest_fact(const struct harvest *harvest, const char *path);

#endif
