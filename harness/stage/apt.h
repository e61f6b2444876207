/* SPDX-License-Identifier: Apache-2.0 */
/*
 * APT as a resolver for a system that is not this one: a configuration of its own with the image's
 * architecture and package state, and the three questions put to it. Only the way to the archive
 * (sources, keyrings, proxies, credentials) is taken from the host.
 */
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

#define APT_PACKAGES_MAX 999 /* of one set */

/* What the host's own configuration says about reaching its archive. */
struct apt_host {
    char *list, *parts;            /* sources.list, sources.list.d */
    char *trusted, *trusted_parts; /* keyrings */
    char *netrc, *netrc_parts;     /* credentials */
    char *acquire;                 /* proxies and the like, as configuration text */
};
int apt_host_load(struct apt_host *ret_host, struct error **err);
void apt_host_done(struct apt_host *host);

/* One package to install. */
struct apt_item {
    char *uri;
    char *file; /* NAME_VERSION_ARCH.deb, a ':' in it as %3a */
    char *name, *version, *arch;
    char *local;                   /* of a file on this host: its path; else NULL */
    uint64_t size;                 /* bytes; 0 for a local one: not said */
    char sha256[DIGEST_TEXT_SIZE]; /* "" for a local one: not said */
};
struct apt_items {
    VEC(struct apt_item) rows; /* in the order of installing */
};
void apt_items_done(struct apt_items *items);

/* Takes the output of `apt-get install --print-uris` apart. -EBADMSG quotes the line. */
int apt_parse_uris(const char *text, size_t length, struct apt_items *ret_items,
                   struct error **err);

/* Takes NAME_VERSION_ARCH.deb apart; false for what no package file is called. */
bool apt_parse_file(const char *file, char **ret_name, char **ret_version, char **ret_arch);

/* A private APT: everything it writes lies below root. */
struct apt {
    char *root;
    char *config;
};
void apt_done(struct apt *apt);

/* Writes the configuration. sources: text of a .sources file, may be empty. status: the image's
 * dpkg status file. */
int apt_prepare(const char *root, enum arch arch, const struct apt_host *host, const char *sources,
                const char *status, struct apt *ret_apt, struct error **err);

/* Fetches the package lists. -EIO with apt's own words; ret_absent (may be NULL) is set when it
 * was that an archive lacks one of the sources, rather than that it could not be reached. */
int apt_update(const struct apt *apt, bool *ret_absent, struct error **err);

/* What must be installed so that `names` are; `files`: package files that may be used too. keep:
 * a named package that is installed stays as it is. -ENOPKG: a package that there is not;
 * -EMEDIUMTYPE: they cannot be installed together, or one is damaged. */
int apt_resolve(const struct apt *apt, const struct strv *names, const struct strv *files,
                bool keep, struct apt_items *ret_items, struct error **err);

/* Fetches the items that `want` marks into the folder, each under its file name, verified by its
 * digest. -EIO; *ret_absent is set when the archive does not have one of them. */
int apt_fetch(const struct apt *apt, const struct apt_items *items, const bool *want,
              const char *folder, bool *ret_absent, struct error **err);

#endif
