/* SPDX-License-Identifier: Apache-2.0 */
/* Container images: OCI layouts and the output of `docker save`. Their layers are merged into one
 * root, which is a package of its own that contains all its libraries. */
#ifndef TS_ABI_PACKAGE_IMAGE_H
#define TS_ABI_PACKAGE_IMAGE_H

#include <stdbool.h>

#include "abi/archive/blob.h"
#include "base/vec.h"

struct package;
struct place;
struct surface;

/* An image for one architecture. */
struct package_image {
    char *path; /* path of its archive: several images with one path are alternatives */
    char *tag;  /* "vendor/app:1.0", or NULL */
    char *architecture, *os, *user, *entrypoint, *command, *healthcheck; /* NULL: not specified */
    struct package *root;
    struct surface *surface; /* surface that its own loader uses */
};

/* Files of an archive or folder that may be an image, by name. */
struct image_member {
    char *name;
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
                size_t count, struct spool *ret_root, struct error **err);

#endif
