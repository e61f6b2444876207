/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Staging: the host determines which packages a product still needs on an image and downloads them,
 * so that the guest installs them offline. What is missing is resolved against the image's own
 * package state by its package manager's resolver (apt, dnf) with a private configuration; the
 * host's own packages are neither read nor changed, and no root privileges are required.
 *
 * The cache folder contains pool/SHA256/FILE (packages by digest), sets/KEY.json (resolved sets),
 * apt/ and dnf/ (the resolvers' private state, one folder for each release and architecture).
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

#define STAGE_MAX_AGE_H 24 /* hours until package lists are downloaded again */

struct stage_options {
    const char *cache;  /* NULL: HOME/packages */
    const char *folder; /* use packages from this folder only; NULL: for deb the distribution's
                           archive that the host's apt uses, for rpm the repositories. Packages in
                           the suite's files/ are used in both cases. */
    const struct strv *repositories; /* rpm: folders, ISO images, URLs; NULL: the image's */
    const char *state;  /* a copy of the image's package state: dpkg's status file, or what
                           rpm_state.h accepts; NULL: the image's */
    bool refresh;       /* download package lists and resolve again regardless of their age */
    unsigned max_age_h; /* 0: STAGE_MAX_AGE_H */
};

struct staged_package {
    char *path; /* absolute path in the cache */
    char *file; /* file name in the payload, "003-redis-server_…_amd64.deb"; sorted by name,
                   packages are in the order of installation */
    char *name, *version, *arch; /* arch as dpkg calls it; may be "all" */
    char sha256[DIGEST_TEXT_SIZE];
    uint64_t size; /* bytes */
};

struct staged {
    VEC(struct staged_package) packages; /* in the order of installation; may be empty */
    char
        sha256[DIGEST_TEXT_SIZE]; /* digest of the set: over every package's digest and file name */
    uint64_t bytes;               /* total of all packages */
    char *pool;                   /* the folder that contains them; NULL if there are none */
    char *release;                /* the archive's name of the image's release, or NULL */
    char *source;                 /* where the packages come from, one line */
    char *note;                   /* a remark for the user (outdated lists, …), or NULL */
    bool resolved;                /* true: resolved now; false: an earlier set was still valid */
    int64_t resolved_ms;          /* wall clock, milliseconds: when it was resolved */
};
void staged_free(struct staged *staged);
DEFINE_CLEANUP(struct staged *, staged_free)

/*
 * Stages the packages that the suite needs on the image. Processes that stage at the same time wait
 * for each other. Digests of packages are verified at every call.
 *
 * -ENOPKG: no such package; -ENOENT: the folder does not exist; -ENOTSUP: unsupported package
 * family or release; -EINVAL: the image has no package state; -EMEDIUMTYPE: the packages cannot be
 * installed on it together, or one is damaged; -EBADMSG: a file does not match its digest; -EIO:
 * apt is missing, or the archive cannot be reached and the packages are not in the cache; -ENOSPC;
 * -ETIMEDOUT.
 */
int stage_packages(const struct suite *suite, const struct image *image,
                   const struct stage_options *options, struct staged **ret_staged,
                   struct error **err);

/* Appends names in the suite for this image that do not exist according to the package lists
 * downloaded earlier; nothing is downloaded. Returns false if that is unknown (no lists yet, or rpm
 * repositories). Defined in lookup.c. */
bool stage_lookup(const struct suite *suite, const struct image *image, struct strv *ret_unknown);

#endif
