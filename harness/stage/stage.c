/* SPDX-License-Identifier: Apache-2.0 */
/* From a suite and an image to a set of packages in the cache. */
#include "stage/stage.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/home.h"
#include "base/lock.h"
#include "base/path.h"
#include "stage/pool.h"
#include "stage/staging.h"

#define FILES_MAX 4096 /* package files of one folder */
#define LOCK_TIMEOUT_MS 900000

static void staging_done(struct staging *staging)
{
    strv_done(&staging->names);
    strv_done(&staging->files);
    apt_host_done(&staging->host);
    sources_done(&staging->sources);
    free(staging->root);
}

static int check_image(const struct image *image, struct error **err)
{
    char found[DIGEST_TEXT_SIZE];
    int code;

    if (!text_equal(image->package_family, "deb"))
        return error_set(err, -ENOTSUP,
                         "it takes %s packages, and only deb packages can be staged: staging from "
                         "dnf or an ISO is not there",
                         image->package_family != NULL ? image->package_family
                                                       : "no known kind of");
    if (image->packages.path == NULL)
        return error_set(err, -EINVAL,
                         "its own package state is not known: add the image again with its "
                         "/var/lib/dpkg/status");
    code = digest_of_file(image->packages.path, found, NULL, err);
    if (code < 0)
        return code;
    if (strcmp(found, image->packages.sha256) != 0)
        return error_set(err, -EBADMSG,
                         "its package state '%s' has the digest %s, not %s as when the image was "
                         "added: add the image again",
                         image->packages.path, found, image->packages.sha256);
    return 0;
}

/* A name that apt takes for one package: policy's form, and no sign that asks for more. */
static int check_names(const struct strv *names, struct error **err)
{
    for (size_t i = 0; i < names->count; i++) {
        const char *name = names->items[i];
        size_t length = strlen(name);

        if (length < 2 || length > 128 || !isalnum((unsigned char)name[0]) ||
            name[length - 1] == '-' ||
            strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789+-.") != length)
            return error_set(err, -EINVAL, "'%s' is not a Debian package's name", name);
    }
    return 0;
}

static int list_files(const char *path, struct strv *files, struct error **err)
{
    _cleanup_closedir_ DIR *folder = opendir(path);
    struct dirent *entry;

    if (folder == NULL)
        return error_set_errno(err, -errno, "cannot read the folder '%s'", path);
    while ((entry = readdir(folder)) != NULL) {
        _cleanup_free_ char *file = path_join(path, entry->d_name);
        _cleanup_free_ char *full = NULL;
        struct stat st;

        if (!text_ends(entry->d_name, ".deb") || stat(file, &st) < 0 || !S_ISREG(st.st_mode))
            continue;
        if (files->count >= FILES_MAX)
            return error_set(err, -EFBIG,
                             "folder '%s' holds more than %d packages: give a folder with the "
                             "product's alone",
                             path, FILES_MAX);
        full = realpath(file, NULL);
        if (full == NULL)
            return error_set_errno(err, -errno, "cannot resolve '%s'", file);
        strv_take(files, steal_ptr(full));
    }
    return 0;
}

static int gather_files(struct staging *staging, struct error **err)
{
    _cleanup_free_ char *own = path_join(staging->suite->folder, "files");
    int code = path_is_folder(own) ? list_files(own, &staging->files, err) : 0;
    size_t before = staging->files.count;

    if (code == 0 && staging->folder != NULL) {
        code = list_files(staging->folder, &staging->files, err);
        if (code == 0 && staging->files.count == before)
            code = error_set(err, -ENOENT,
                             "folder '%s' holds no .deb file: give the folder that holds the "
                             "product's packages",
                             staging->folder);
    }
    strv_sort(&staging->files);
    return code;
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
    return sources_load(&staging->sources, staging->host.list, staging->host.parts,
                        staging->release, err);
}

/* Everything that decides which packages come out. */
static int compute_key(struct staging *staging, const char *sources, struct error **err)
{
    _cleanup_buffer_ struct buffer text = {0};
    _cleanup_strv_ struct strv names = {0};
    int code = 0;

    strv_copy(&names, &staging->names);
    strv_sort(&names);
    buffer_format(&text, "1\n%s\n%s\n%s\n%s\n", arch_debian_name(staging->image->arch),
                  staging->image->packages.sha256, staging->release != NULL ? staging->release : "",
                  sources);
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
    return staging_resolve(staging, ret_staged, err);
}

static int stage(struct staging *staging, struct staged **ret_staged, struct error **err)
{
    _cleanup_free_ char *text = NULL;
    int code = check_names(&staging->names, err);

    if (code == 0)
        code = check_image(staging->image, err);
    if (code == 0)
        code = gather_files(staging, err);
    if (code == 0)
        code = apt_host_load(&staging->host, err);
    if (code == 0)
        code = find_release(staging, err);
    if (code < 0)
        return code;
    text = staging_sources(staging, false);
    staging->root = text_format("%s/apt/%s-%s", staging->cache,
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
        code = stage(&staging, &staged, err);
    if (code < 0)
        return error_prefix(err, "suite '%s': packages for image '%s'", suite->name, image->name);
    if (staged->packages.count > 0)
        staged->pool = path_join(cache, "pool");
    *ret_staged = steal_ptr(staged);
    return 0;
}
