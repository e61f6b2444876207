/* SPDX-License-Identifier: Apache-2.0 */
/* APT as a resolver for another system: a private configuration with the image's architecture and
 * package state, and the operations needed from it. Only access to the archive (sources, keyrings,
 * proxies, credentials) is taken from the host's configuration. */
#ifndef TS_STAGE_APT_H
#define TS_STAGE_APT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/text.h"
#include "base/vec.h"
#include "model/words.h"

struct error;

#define APT_PACKAGES_MAX 999 /* largest number of packages in a set */

/* The host's configuration for access to its archive. */
struct apt_host {
    char *list, *parts;            /* sources.list, sources.list.d */
    char *trusted, *trusted_parts; /* keyrings */
    char *netrc, *netrc_parts;     /* credentials */
    char *acquire;                 /* proxies and similar, as configuration text */
};
int apt_host_load(struct apt_host *ret_host, struct error **err);
void apt_host_done(struct apt_host *host);

/* A package to install. */
struct apt_item {
    char *uri;
    char *file; /* NAME_VERSION_ARCH.deb, with ':' as %3a */
    char *name, *version, *arch;
    char *local;                   /* path of a file on this host; else NULL */
    uint64_t size;                 /* bytes; 0 for a local file: unknown */
    char sha256[DIGEST_TEXT_SIZE]; /* "" for a local file: unknown */
};
struct apt_items {
    VEC(struct apt_item) rows; /* in the order of installation */
};
void apt_items_done(struct apt_items *items);

/* Parses the output of `apt-get install --print-uris`. -EBADMSG quotes the line. */
int apt_parse_uris(const char *text, size_t length, struct apt_items *ret_items,
                   struct error **err);

/* A private APT, which writes only to its root folder. */
struct apt {
    char *root;
    char *config;
};
void apt_done(struct apt *apt);

/* Writes the configuration. sources: text of a .sources file, may be empty. status: the image's
 * dpkg status file. */
int apt_prepare(const char *root, enum arch arch, const struct apt_host *host, const char *sources,
                const char *status, struct apt *ret_apt, struct error **err);

/* Downloads the package lists. -EIO quotes apt; ret_absent (may be NULL) is set if an archive lacks
 * one of the sources, not if it cannot be reached. */
int apt_update(const struct apt *apt, bool *ret_absent, struct error **err);

/* Determines what must be installed for `names`; `files`: package files that may be used too. keep:
 * packages that are installed already are not upgraded. -ENOPKG: a package does not exist;
 * -EMEDIUMTYPE: they cannot be installed together, or one is damaged. */
int apt_resolve(const struct apt *apt, const struct strv *names, const struct strv *files,
                bool keep, struct apt_items *ret_items, struct error **err);

/* Downloads the items selected by `want` to the folder, under their file names, and verifies their
 * digests. -EIO; *ret_absent is set if the archive does not have one of them. */
int apt_fetch(const struct apt *apt, const struct apt_items *items, const bool *want,
              const char *folder, bool *ret_absent, struct error **err);

#endif
