/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Container images: OCI layouts and what docker save writes. Their layers become one root, which is
 * a package of its own that brings all of its libraries.
 */
#ifndef TS_ABI_PACKAGE_IMAGE_H
#define TS_ABI_PACKAGE_IMAGE_H

#include <stdbool.h>

#include "abi/archive/blob.h"
#include "base/vec.h"

struct package;
struct place;
struct surface;

/* An image of one architecture. */
struct package_image {
    char *path; /* of what it came in: images of one path are alternatives */
    char *tag;  /* "vendor/app:1.0", or NULL */
    char *architecture, *os, *user, *entrypoint, *command, *healthcheck; /* NULL: not given */
    struct package *root;
    struct surface *surface; /* what its own loader goes by */
};

/* Files of an archive or folder that may be an image, by name. */
struct image_member {
    char *name;
    char *link; /* a symbolic link's target; else NULL */
    struct spool spool;
};
VEC_TYPE(image_members, struct image_member);

/* May an archive be an image whose first entry has this name? */
bool image_may_begin(const char *name);

/* false: it is no image; nothing was taken. */
bool image_take(struct package *package, const struct place *place,
                const struct image_members *members);
void image_members_done(struct image_members *members);

/* All layers, the lowest first, as one tar without what upper ones hide. In image_root.c. */
int image_merge(struct package *package, const struct place *place, const struct blob *layers,
                size_t count, struct spool *ret_root, struct error **err);

#endif
