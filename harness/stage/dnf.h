/* SPDX-License-Identifier: Apache-2.0 */
/* DNF as a resolver for another system: a private configuration, a root folder that contains only
 * the image's package database, and the image's architecture. The host's own packages and
 * repositories are not read, and no root privileges are required. */
#ifndef TS_STAGE_DNF_H
#define TS_STAGE_DNF_H

#include <stdbool.h>

#include "base/text.h"
#include "model/words.h"

struct error;

/* A private DNF, which writes only to its root folder. */
struct dnf {
    char *root;
    char *config;
    char *guest;   /* the root folder with the image's package database */
    char *version; /* $releasever */
    enum arch arch;
};
void dnf_done(struct dnf *dnf);

/* Writes the configuration. repositories: base URLs, tried in this order; state: the image's
 * package database, as for stage_options; max_age_s: how long metadata of a URL's repository is
 * valid. -EBADMSG: the state is not a package database. */
int dnf_prepare(const char *root, enum arch arch, const char *os_version,
                const struct strv *repositories, const char *state, int64_t max_age_s,
                struct dnf *ret_dnf, struct error **err);

/* Removes names that are installed on the image, unless one of the files provides them. */
int dnf_drop_installed(const struct dnf *dnf, struct strv *names, const struct strv *files,
                       struct error **err);

/* Returns the URLs of the named packages and of all dependencies that the image lacks. refresh:
 * download metadata again. -ENOPKG: a package does not exist; -EMEDIUMTYPE: they cannot be
 * installed together; -EIO quotes dnf. */
int dnf_resolve(const struct dnf *dnf, const struct strv *names, bool refresh,
                struct strv *ret_urls, struct error **err);

/* The same, and downloads them to the folder. */
int dnf_fetch(const struct dnf *dnf, const struct strv *names, const char *folder,
              struct error **err);

/* Creates repodata/ in the folder for its packages, so that it is a repository. */
int dnf_make_repository(const char *folder, struct error **err);

#endif
