/* SPDX-License-Identifier: Apache-2.0 */
/* Container images: OCI layouts and the output of `docker save`. Their layers are merged into one
 * root, which is a package of its own that contains all its libraries. */
#ifndef TS_ABI_PACKAGE_IMAGE_H
#define TS_ABI_PACKAGE_IMAGE_H

#include <stdbool.h>

#include <jansson.h>

#include "abi/archive/blob.h"
#include "base/text.h"
#include "base/vec.h"

struct error;
struct package;
struct place;
struct surface;

/* What the configuration of an image tells a runtime (OCI image specification, config.md). Texts
 * are NULL, and lists empty, if it does not tell. */
struct image_config {
    char *architecture, *os, *user, *folder; /* folder: WorkingDir */
    struct strv entrypoint, command, health; /* words; health: the first is its form */
    struct strv environment, volumes, shell; /* shell: of a health check as one text */
};

/* A file, link or folder of the merged root, as the kernel checks who may execute it. */
struct image_entry {
    char *path;
    unsigned mode; /* permission bits */
    uint32_t uid, gid;
    bool folder;
};

struct image_entries {
    VEC(struct image_entry) rows;
    char *passwd, *group; /* texts of /etc/passwd and /etc/group; NULL: no such file */
};

/* An image for one architecture. */
struct package_image {
    char *path; /* path of its archive: several images with one path are alternatives */
    char *tag;  /* "vendor/app:1.0", or NULL */
    struct image_config config;
    struct image_entries entries;
    struct package *root;
    struct surface *surface; /* surface that its own loader uses */
};

/* Files of an archive or folder that may be an image, by name. */
struct image_member {
    char *name;
    unsigned mode;
    char *link; /* target of a symbolic link; else NULL */
    struct spool spool;
};
VEC_TYPE(image_members, struct image_member);

/* True if an archive whose first entry has this name may be an image. */
bool image_may_begin(const char *name);

/* false: not an image; nothing was added. */
bool image_take(struct package *package, const struct place *place,
                const struct image_members *members);
void image_members_done(struct image_members *members);

/* Merges all layers, the lowest first, into one tar without the files that upper layers hide.
 * Defined in image_root.c. */
int image_merge(struct package *package, const struct place *place, const struct blob *layers,
                size_t count, struct spool *ret_root, struct image_entries *ret_entries,
                struct error **err);

/* Reads the configuration, a JSON object; defined in image_config.c. */
void image_config_read(struct image_config *config, const json_t *json);
void image_config_done(struct image_config *config);
void image_entries_done(struct image_entries *entries);

/* The value of a variable in the environment; NULL: it has none. */
const char *image_config_variable(const struct image_config *config, const char *name);

#endif
