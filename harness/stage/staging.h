/* SPDX-License-Identifier: Apache-2.0 */
/* One staging under way: what stage.c gathers, and resolve_apt.c or resolve_dnf.c works on. */
#ifndef TS_STAGE_STAGING_H
#define TS_STAGE_STAGING_H

#include "stage/apt.h"
#include "stage/sources.h"
#include "stage/stage.h"

/* Everything one staging works with. */
struct staging {
    const struct suite *suite;
    const struct image *image;
    const char *cache, *folder;
    int64_t max_age_ms;
    bool refresh;
    const char *state; /* the image's package state, and its digest */
    char state_digest[DIGEST_TEXT_SIZE];
    struct strv names, files; /* packages wanted; package files at hand */
    bool ages;                /* what serves it changes by itself: an archive, a repository's URL */
    const char *release;      /* deb; NULL: packages come from the folder alone */
    struct repositories {     /* rpm */
        struct strv urls;     /* described by themselves; those on this host as file:// */
        struct strv isos;     /* ISO images; absolute */
        struct buffer stamps; /* what tells that one on this host has changed */
    } repositories;
    struct apt_host host;
    struct sources sources;
    char *root; /* the private resolver's */
    char key[DIGEST_TEXT_SIZE];
};

/* The sources as text, for the key and for apt. Caller frees. */
char *staging_sources(const struct staging *staging, bool only_main);

/* -ENOSPC when the cache has not so much room, and some to spare. */
int staging_need_space(const struct staging *staging, uint64_t bytes, struct error **err);

/* Finds out what each of the texts (a folder, an ISO image, a URL) is. A folder that does not
 * describe itself gives its package files. -ENOENT: one is not there or is none of these. */
int staging_find_repositories(struct staging *staging, const struct strv *texts,
                              struct error **err);

/* Adds the folder's package files, with that ending, to the files at hand. */
int staging_list_files(struct staging *staging, const char *folder, const char *ending,
                       struct error **err);

/* Whether what was fetched or resolved then (wall clock, ms; 0: never) is young enough. */
bool staging_is_fresh(const struct staging *staging, int64_t time_ms);

/* The set resolved before, every package checked, when it may still be used; -ENOENT. */
int staging_recall(const struct staging *staging, bool whatever_its_age,
                   struct staged **ret_staged);

/* Resolves, fetches what the cache lacks and remembers the set. The cache's lock is held. */
int staging_resolve_apt(const struct staging *staging, struct staged **ret_staged,
                        struct error **err);
int staging_resolve_dnf(const struct staging *staging, struct staged **ret_staged,
                        struct error **err);

#endif
