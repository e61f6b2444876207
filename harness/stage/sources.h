/* SPDX-License-Identifier: Apache-2.0 */
/* Determines the archives for an image: the host's apt sources of the same distribution, with the
 * host's release replaced by the image's. Only reads the host's files; no other side effects. */
#ifndef TS_STAGE_SOURCES_H
#define TS_STAGE_SOURCES_H

#include <stdbool.h>

#include "base/text.h"
#include "base/vec.h"

struct error;

/* One archive and one of its suites. */
struct source {
    char *uri, *suite, *components;
    char *signed_by; /* a keyring, or a key with its continuation lines; NULL: the trusted keys */
    bool trusted;    /* the host's administrator disabled verification for it */
    bool main;       /* true: the release itself; false: its updates or security suite */
};
struct sources {
    VEC(struct source) rows;
};
void sources_done(struct sources *sources);

/* The archive's name of a release from os-release's ID and VERSION_ID, or NULL. */
const char *sources_release(const char *os_id, const char *os_version);

/* Adds the sources of the distribution from the text of a file, in the format of sources.list or
 * (deb822) of .sources, with the release replaced. Lines that apt would reject are ignored. */
void sources_parse(struct sources *sources, const char *text, bool deb822, const char *release);

/* Reads a sources.list and a folder of .list and .sources files; both may be absent. -ENOENT: no
 * source is of the distribution. */
int sources_load(struct sources *sources, const char *list, const char *parts, const char *release,
                 struct error **err);

/* Writes them as one .sources file; only_main leaves out updates and security. */
void sources_write(const struct sources *sources, bool only_main, struct buffer *text);

#endif
