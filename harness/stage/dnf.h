/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DNF as a resolver for a system that is not this one: a configuration of its own, a root folder
 * that holds nothing but the image's package database, and the image's architecture. Nothing of the
 * host's own packages or repositories is read, and an ordinary user can do it.
 */
#ifndef TS_STAGE_DNF_H
#define TS_STAGE_DNF_H

#include <stdbool.h>

#include "base/text.h"
#include "model/words.h"

struct error;

/* A private DNF: everything it writes lies below root. */
struct dnf {
    char *root;
    char *config;
    char *guest;   /* the root folder with the image's package database */
    char *version; /* $releasever */
    enum arch arch;
};
void dnf_done(struct dnf *dnf);

/* Writes the configuration. repositories: base URLs, the first is asked first; state: the image's
 * package database as stage_options has it; max_age_s: of what a URL's repository said. -EBADMSG:
 * the state is no package database. */
int dnf_prepare(const char *root, enum arch arch, const char *os_version,
                const struct strv *repositories, const char *state, int64_t max_age_s,
                struct dnf *ret_dnf, struct error **err);

/* Leaves only those names that the image has not installed, or that one of the files brings. */
int dnf_drop_installed(const struct dnf *dnf, struct strv *names, const struct strv *files,
                       struct error **err);

/* Where the named packages, and all that they need and the image lacks, can be had: URLs. refresh:
 * ask the repositories again. -ENOPKG: a package that there is not; -EMEDIUMTYPE: they cannot
 * be installed together; -EIO with dnf's own words. */
int dnf_resolve(const struct dnf *dnf, const struct strv *names, bool refresh,
                struct strv *ret_urls, struct error **err);

/* The same, brought into the folder. */
int dnf_fetch(const struct dnf *dnf, const struct strv *names, const char *folder,
              struct error **err);

/* Describes the folder's packages in repodata/ below it, as a repository. */
int dnf_make_repository(const char *folder, struct error **err);

/* Takes NAME-VERSION-RELEASE.ARCH.rpm apart (rpm's file name, its %{NVRA}); false for what no
 * package file is called. */
bool dnf_parse_file(const char *file, char **ret_name, char **ret_version, char **ret_arch);

#endif
