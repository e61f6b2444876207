/* SPDX-License-Identifier: Apache-2.0 */
/* One staging under way: what stage.c gathers and resolve.c works on. */
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
    struct strv names, files; /* packages wanted; package files at hand */
    const char *release;      /* NULL: packages come from the folder alone */
    struct apt_host host;
    struct sources sources;
    char *root; /* the private apt's */
    char key[DIGEST_TEXT_SIZE];
};

/* The sources as text, for the key and for apt. Caller frees. */
char *staging_sources(const struct staging *staging, bool only_main);

/* The set resolved before, every package checked, when it may still be used; -ENOENT. */
int staging_recall(const struct staging *staging, bool whatever_its_age,
                   struct staged **ret_staged);

/* Resolves, fetches what the cache lacks and remembers the set. The cache's lock is held. */
int staging_resolve(const struct staging *staging, struct staged **ret_staged, struct error **err);

#endif
