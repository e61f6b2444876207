/* SPDX-License-Identifier: Apache-2.0 */
/* The state of one staging: stage.c sets it up; resolve_apt.c or resolve_dnf.c uses it. */
#ifndef TS_STAGE_STAGING_H
#define TS_STAGE_STAGING_H

#include "stage/apt.h"
#include "stage/sources.h"
#include "stage/stage.h"

/* The inputs of one staging. */
struct staging {
    const struct suite *suite;
    const struct image *image;
    const char *cache, *folder;
    int64_t max_age_ms;
    bool refresh;
    const char *state; /* the image's package state, and its digest */
    char state_digest[DIGEST_TEXT_SIZE];
    struct strv names, files; /* names: wanted packages; files: available package files */
    bool ages;                /* its source may change on its own: an archive, a repository's URL */
    const char *release;      /* deb; NULL: packages come from the folder only */
    struct repositories {     /* rpm only */
        struct strv urls;     /* repositories with metadata; those on this host as file:// */
        struct strv isos;     /* ISO images; absolute paths */
        struct buffer stamps; /* detects changes of repositories on this host */
    } repositories;
    struct apt_host host;
    struct sources sources;
    char *root; /* root folder of the private resolver */
    char key[DIGEST_TEXT_SIZE];
};

/* The sources as text, for the key and for apt. Caller frees. */
char *staging_sources(const struct staging *staging, bool only_main);

/* -ENOSPC if the cache does not have this much space plus a reserve. */
int staging_need_space(const struct staging *staging, uint64_t bytes, struct error **err);

/* Determines the type of each text (folder, ISO image, URL). Of a folder without metadata, its
 * package files are used. -ENOENT: one does not exist or is none of these. */
int staging_find_repositories(struct staging *staging, const struct strv *texts,
                              struct error **err);

/* Adds the folder's package files with that suffix. */
int staging_list_files(struct staging *staging, const char *folder, const char *ending,
                       struct error **err);

/* True if something downloaded or resolved at that time (wall clock, ms; 0: never) is still recent
 * enough. */
bool staging_is_fresh(const struct staging *staging, int64_t time_ms);

/* Returns an earlier set, with every package verified, if it may still be used; else -ENOENT. */
int staging_recall(const struct staging *staging, bool whatever_its_age,
                   struct staged **ret_staged);

/* Seals and stores a set that was resolved now. On success it is moved to *ret_staged. */
int staging_complete(const struct staging *staging, struct staged **staged,
                     struct staged **ret_staged, struct error **err);

/* Resolves, downloads what the cache lacks, and stores the set. The caller holds the cache's
 * lock. */
int staging_resolve_apt(const struct staging *staging, struct staged **ret_staged,
                        struct error **err);
int staging_resolve_dnf(const struct staging *staging, struct staged **ret_staged,
                        struct error **err);

#endif
