/* SPDX-License-Identifier: Apache-2.0 */
/* Resolves a suite and an image to a set of packages in the cache. */
#include "stage/stage.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/lock.h"
#include "base/path.h"
#include "home/home.h"
#include "stage/pool.h"
#include "stage/staging.h"

#define LOCK_TIMEOUT_MS 900000

static void staging_done(struct staging *staging)
{
    strv_done(&staging->repositories.urls);
    strv_done(&staging->repositories.isos);
    buffer_done(&staging->repositories.stamps);
    strv_done(&staging->names);
    strv_done(&staging->files);
    apt_host_done(&staging->host);
    sources_done(&staging->sources);
    free(staging->root);
}

static bool is_rpm(const struct staging *staging)
{
    return text_equal(staging->image->package_family, "rpm");
}

/* The package state that the caller gives, or the registered one, which must be unchanged. */
static int find_state(struct staging *staging, struct error **err)
{
    const struct image *image = staging->image;
    char found[DIGEST_TEXT_SIZE];
    int code;

    if (!text_equal(image->package_family, "deb") && !is_rpm(staging))
        return error_set(
            err, -ENOTSUP, "it takes %s packages, and only deb and rpm packages can be staged",
            image->package_family != NULL ? image->package_family : "no known kind of");
    if (staging->state == NULL && image->packages.path == NULL)
        return error_set(err, -EINVAL,
                         "its own package state is not known before it has booted: run a suite on "
                         "it, or add the image again with --packages and a copy of %s",
                         is_rpm(staging) ? "its rpm database (/var/lib/rpm/rpmdb.sqlite, "
                                           "Packages.db or Packages)"
                                         : "its /var/lib/dpkg/status");
    if (staging->state != NULL)
        return digest_of_file(staging->state, staging->state_digest, NULL, err);
    staging->state = image->packages.path;
    code = digest_of_file(staging->state, found, NULL, err);
    if (code < 0)
        return code;
    if (strcmp(found, image->packages.sha256) != 0)
        return error_set(err, -EBADMSG,
                         "its package state '%s' has the digest %s, not %s as when the image was "
                         "added: add the image again",
                         image->packages.path, found, image->packages.sha256);
    memcpy(staging->state_digest, found, sizeof(found));
    return 0;
}

/* Accepts names of single packages without characters that request more: Debian policy 5.6.1, and
 * for rpm the same plus capital letters and '_'. */
static int check_names(const struct staging *staging, struct error **err)
{
    static const char lower[] = "abcdefghijklmnopqrstuvwxyz0123456789+-.",
                      any[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-._";
    const struct strv *names = &staging->names;

    for (size_t i = 0; i < names->count; i++) {
        const char *name = names->items[i];
        size_t length = strlen(name);

        if (length < 2 || length > 128 || !isalnum((unsigned char)name[0]) ||
            name[length - 1] == '-' || strspn(name, is_rpm(staging) ? any : lower) != length)
            return error_set(err, -ENOPKG, "'%s' is not %s package's name", name,
                             is_rpm(staging) ? "an rpm" : "a Debian");
    }
    return 0;
}

static int gather_files(struct staging *staging, struct error **err)
{
    const char *ending = is_rpm(staging) ? ".rpm" : ".deb";
    _cleanup_strv_ struct strv folders = {0};
    size_t before;
    int code = 0;

    suite_file_folders(staging->image->arch, &folders);
    for (size_t i = 0; code == 0 && i < folders.count; i++) {
        _cleanup_free_ char *own = path_join(staging->suite->folder, folders.items[i]);

        if (path_is_folder(own))
            code = staging_list_files(staging, own, ending, err);
    }
    before = staging->files.count;
    if (code == 0 && staging->folder != NULL && !is_rpm(staging)) {
        code = staging_list_files(staging, staging->folder, ending, err);
        if (code == 0 && staging->files.count == before)
            code = error_set(err, -ENOENT,
                             "folder '%s' holds no %s file: give the folder that holds the "
                             "product's packages",
                             staging->folder, ending);
    }
    return code;
}

/* The sources of rpm packages: those that the caller names, else those in the image's file. */
static int gather_repositories(struct staging *staging, const struct strv *asked,
                               struct error **err)
{
    _cleanup_strv_ struct strv folder = {0};
    const struct strv *texts =
        asked != NULL && asked->count > 0 ? asked : &staging->image->repositories;

    if (staging->folder != NULL) {
        strv_add(&folder, staging->folder);
        texts = &folder;
    }
    if (texts->count == 0 && staging->files.count == 0)
        return error_set(err, -EINVAL,
                         "no repository is known for it: add the image again with --repo and a "
                         "folder, an ISO image or a URL, or put the packages into '%s/files'",
                         staging->suite->folder);
    return staging_find_repositories(staging, texts, err);
}

static int find_release(struct staging *staging, struct error **err)
{
    const struct image *image = staging->image;

    if (staging->folder != NULL)
        return 0;
    staging->release = sources_release(image->os_id, image->os_version);
    if (staging->release == NULL)
        return error_set(err, -ENOTSUP,
                         "it is '%s' '%s', a release whose archive is not known here: give the "
                         "packages as a folder with --from DIR",
                         image->os_id, image->os_version);
    staging->ages = true;
    return sources_load(&staging->sources, staging->host.list, staging->host.parts,
                        staging->release, err);
}

/* The source of deb packages: a folder, or the archive that the host's apt uses. */
static int gather_archive(struct staging *staging, const struct strv *asked, struct error **err)
{
    int code;

    if (asked != NULL && asked->count > 0)
        return error_set(err, -EINVAL,
                         "it takes deb packages, which come from its distribution's archive or "
                         "with --from from a folder, not from the repository '%s'",
                         asked->items[0]);
    code = apt_host_load(&staging->host, err);
    return code == 0 ? find_release(staging, err) : code;
}

/* The key covers everything that determines the result. */
static int compute_key(struct staging *staging, const char *sources, struct error **err)
{
    _cleanup_buffer_ struct buffer text = {0};
    _cleanup_strv_ struct strv names = {0};
    int code = 0;

    strv_copy(&names, &staging->names);
    strv_sort(&names);
    buffer_format(&text, "2\n%s\n%s\n%s\n%s\n%s\n%s\n", staging->image->package_family,
                  arch_name(staging->image->arch), staging->state_digest,
                  staging->release != NULL ? staging->release : "", sources,
                  staging->repositories.stamps.length > 0 ? staging->repositories.stamps.data : "");
    for (size_t i = 0; i < names.count; i++)
        buffer_format(&text, "package %s\n", names.items[i]);
    for (size_t i = 0; code == 0 && i < staging->files.count; i++) {
        char sha256[DIGEST_TEXT_SIZE];

        code = digest_of_file(staging->files.items[i], sha256, NULL, err);
        if (code == 0)
            buffer_format(&text, "file %s\n", sha256);
    }
    if (code == 0)
        digest_of_memory(text.data, text.length, staging->key);
    return code;
}

static int stage_under_lock(const struct staging *staging, struct staged **ret_staged,
                            struct error **err)
{
    _cleanup_free_ char *path = path_join(staging->cache, "lock");
    _cleanup_close_ int lock = -1;
    int code = lock_take(path, "the package cache", clock_now_ms() + LOCK_TIMEOUT_MS, &lock, err);

    if (code < 0)
        return code;
    if (!staging->refresh && staging_recall(staging, false, ret_staged) == 0)
        return 0;
    return is_rpm(staging) ? staging_resolve_dnf(staging, ret_staged, err)
                           : staging_resolve_apt(staging, ret_staged, err);
}

static int stage(struct staging *staging, const struct strv *repositories,
                 struct staged **ret_staged, struct error **err)
{
    _cleanup_free_ char *text = NULL;
    int code = check_names(staging, err);

    if (code == 0)
        code = find_state(staging, err);
    if (code == 0)
        code = gather_files(staging, err);
    if (code == 0)
        code = is_rpm(staging) ? gather_repositories(staging, repositories, err)
                               : gather_archive(staging, repositories, err);
    if (code < 0)
        return code;
    strv_sort(&staging->files);
    text = staging_sources(staging, false);
    staging->root = is_rpm(staging)
                        ? text_format("%s/dnf/%s-%s-%s", staging->cache, staging->image->os_id,
                                      staging->image->os_version, arch_name(staging->image->arch))
                        : text_format("%s/apt/%s-%s", staging->cache,
                                      staging->release != NULL ? staging->release : "folder",
                                      arch_debian_name(staging->image->arch));
    code = compute_key(staging, text, err);
    if (code == 0)
        code = path_make_folders(staging->cache, false, err);
    if (code < 0)
        return code;
    if (!staging->refresh && staging_recall(staging, false, ret_staged) == 0)
        return 0;
    return stage_under_lock(staging, ret_staged, err);
}

static int refuse_family(const struct suite *suite, const struct image *image, struct error **err)
{
    return error_set(err, -ENOTSUP,
                     "suite '%s' names no %s package for %s, which image '%s' takes: add a "
                     "<packages> for it to '%s/suite.xml'",
                     suite->name,
                     image->package_family != NULL ? image->package_family : "known kind of",
                     arch_name(image->arch), image->name, suite->folder);
}

int stage_packages(const struct suite *suite, const struct image *image,
                   const struct stage_options *options, struct staged **ret_staged,
                   struct error **err)
{
    _cleanup_(staged_free_cleanup) struct staged *staged = NULL;
    _cleanup_(staging_done) struct staging staging = {
        .suite = suite,
        .image = image,
        .folder = options->folder,
        .state = options->state,
        .refresh = options->refresh,
        .max_age_ms =
            (int64_t)(options->max_age_h > 0 ? options->max_age_h : STAGE_MAX_AGE_H) * 3600000};
    _cleanup_free_ char *cache = text_dup(options->cache);
    const char *home;
    int code = 0;

    if (image->package_family != NULL)
        suite_packages_for(suite, image->package_family, image->arch, &staging.names);
    if (staging.names.count == 0 && suite->packages.count > 0)
        return refuse_family(suite, image, err);
    if (staging.names.count == 0) {
        staged = text_calloc(1, sizeof(*staged));
        staged_seal(staged);
        staged->source = text_dup("nothing to stage");
        *ret_staged = steal_ptr(staged);
        return 0;
    }
    if (cache == NULL) {
        code = home_folder(&home, err);
        if (code == 0)
            cache = path_join(home, "packages");
    }
    staging.cache = cache;
    if (code == 0)
        code = stage(&staging, options->repositories, &staged, err);
    if (code < 0)
        return error_prefix(err, "suite '%s': packages for image '%s'", suite->name, image->name);
    if (staged->packages.count > 0)
        staged->pool = path_join(cache, "pool");
    *ret_staged = steal_ptr(staged);
    return 0;
}
