/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which archives serve an image: the host's own apt sources, those of its distribution, with the
 * host's release put out and the image's put in. Pure but for reading the host's files.
 */
#ifndef TS_STAGE_SOURCES_H
#define TS_STAGE_SOURCES_H

#include <stdbool.h>

#include "base/text.h"
#include "base/vec.h"

struct error;

/* One archive and one suite of it. */
struct source {
    char *uri, *suite, *components;
    char *signed_by; /* a keyring, or a key with its continuation lines; NULL: the trusted keys */
    bool trusted;    /* the host's administrator switched verification off for it */
    bool main;       /* the release itself; else its updates or security part */
};
struct sources {
    VEC(struct source) rows;
};
void sources_done(struct sources *sources);

/* A release's name in its archive for os-release's ID and VERSION_ID, or NULL. */
const char *sources_release(const char *os_id, const char *os_version);

/* Adds what the text of a file says, in sources.list's form or (deb822) in that of .sources, as far
 * as it is of the distribution, with its release replaced. Lines that apt would refuse are passed
 * over. */
void sources_parse(struct sources *sources, const char *text, bool deb822, const char *release);

/* Reads a sources.list and a folder of .list and .sources files; either may be absent. -ENOENT:
 * there is no source of the distribution. */
int sources_load(struct sources *sources, const char *list, const char *parts, const char *release,
                 struct error **err);

/* As one .sources file; only_main leaves updates and security out. */
void sources_write(const struct sources *sources, bool only_main, struct buffer *text);

#endif
