/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Staging: the host finds what a product still needs on an image and keeps it at hand, so that the
 * guest installs it offline. What is missing is resolved against the image's own package state by
 * the package manager's own resolver (apt, dnf) in a private configuration; nothing of the host's
 * own packages is read or changed, and an ordinary user can do it.
 *
 * The cache folder holds pool/SHA256/FILE (every package by its digest), sets/KEY.json (what was
 * resolved before), apt/ and dnf/ (the resolvers' private state, one folder a release and
 * architecture).
 */
#ifndef TS_STAGE_STAGE_H
#define TS_STAGE_STAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/vec.h"
#include "model/image.h"
#include "model/suite.h"

struct error;

#define STAGE_MAX_AGE_H 24 /* hours after which package lists are fetched again */

struct stage_options {
    const char *cache;  /* NULL: HOME/packages */
    const char *folder; /* take packages from this folder only; NULL: deb from the distribution's
                           archive that the host's apt names, rpm from the repositories. Those in
                           the suite's files/ are taken in both cases. */
    const struct strv *repositories; /* of rpm: folders, ISO images, URLs; NULL: the image's */
    const char *state;  /* a copy of the image's package state: dpkg's status file, or what
                           rpm_state.h takes; NULL: the image's */
    bool refresh;       /* fetch package lists and resolve again, whatever their age */
    unsigned max_age_h; /* 0: STAGE_MAX_AGE_H */
};

struct staged_package {
    char *path;                  /* in the cache; absolute */
    char *file;                  /* its name in the payload, "003-redis-server_…_amd64.deb":
                                    sorted by name, packages stand in the order of installing */
    char *name, *version, *arch; /* arch in dpkg's words; may be all */
    char sha256[DIGEST_TEXT_SIZE];
    uint64_t size; /* bytes */
};

struct staged {
    VEC(struct staged_package) packages; /* in the order of installing; may be none */
    char sha256[DIGEST_TEXT_SIZE]; /* of the whole set: over every package's digest and file */
    uint64_t bytes;                /* of all packages */
    char *pool;                    /* the folder below which they lie; NULL when there are none */
    char *release;                 /* the image's release as its archive calls it, or NULL */
    char *source;                  /* one line, where packages come from */
    char *note;                    /* what a reader must know (lists are old, …), or NULL */
    bool resolved;                 /* now; false: a set resolved before was still good */
    int64_t resolved_ms;           /* wall clock, when it was resolved */
};
void staged_free(struct staged *staged);
DEFINE_CLEANUP(struct staged *, staged_free)

/*
 * Stages what the suite's packages need on the image. Processes that stage at the same time wait
 * for each other. A package's digest is verified at every call.
 *
 * -ENOPKG: no such package; -ENOENT: the folder is not there; -ENOTSUP: a package family or release
 * that cannot be staged; -EINVAL: the image has no package state; -EMEDIUMTYPE: the packages cannot
 * be installed on it together, or one is damaged; -EBADMSG: a file is not what its digest says;
 * -EIO: no apt, or the archive cannot be reached and what is needed was not staged before; -ENOSPC;
 * -ETIMEDOUT.
 */
int stage_packages(const struct suite *suite, const struct image *image,
                   const struct stage_options *options, struct staged **ret_staged,
                   struct error **err);

/* Names of the suite for this image that no package has, as far as the lists tell that were fetched
 * before: nothing is fetched. false: that cannot be told (no lists yet, or repositories of rpm). In
 * look_up.c. */
bool stage_look_up(const struct suite *suite, const struct image *image, struct strv *ret_unknown);

#endif
