/* SPDX-License-Identifier: Apache-2.0 */
/* Describes repositories, resolves, and downloads every package to the cache. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/path.h"
#include "model/package_file.h"
#include "stage/dnf.h"
#include "stage/iso.h"
#include "stage/pool.h"
#include "stage/staging.h"

#define PACKAGES_MAX 999 /* number of packages in a set */

/* Folder that an ISO image's files are extracted to. Caller frees. */
static char *iso_folder(const struct staging *staging, size_t index)
{
    return text_format("%s/iso-%zu", staging->root, index);
}

/* Makes a repository of the available package files, which has priority over the others. */
static int describe_files(const struct staging *staging, struct strv *urls, struct error **err)
{
    _cleanup_free_ char *folder = path_join(staging->root, "local");
    int code = path_remove_tree(folder, err);

    if (code < 0 || staging->files.count == 0)
        return code;
    code = path_make_folders(folder, false, err);
    for (size_t i = 0; code == 0 && i < staging->files.count; i++) {
        _cleanup_free_ char *link = path_join(folder, path_base(staging->files.items[i]));

        if (symlink(staging->files.items[i], link) < 0)
            code = error_set_errno(err, -errno, "cannot import '%s'", staging->files.items[i]);
    }
    if (code == 0)
        code = dnf_make_repository(folder, err);
    if (code == 0)
        strv_take(urls, text_format("file://%s", folder));
    return code;
}

static int describe(const struct staging *staging, struct strv *urls, struct error **err)
{
    int code = describe_files(staging, urls, err);

    for (size_t i = 0; code == 0 && i < staging->repositories.isos.count; i++) {
        _cleanup_free_ char *folder = iso_folder(staging, i);
        _cleanup_strv_ struct strv found = {0};

        code = iso_take_metadata(staging->repositories.isos.items[i], folder, &found, err);
        for (size_t j = 0; j < found.count; j++)
            strv_take(urls, text_format("file://%s", found.items[j]));
    }
    strv_copy(urls, &staging->repositories.urls);
    return code;
}

/* Extracts packages from the ISO images to the paths given by their repositories. */
static int take_from_isos(const struct staging *staging, const struct strv *urls,
                          struct error **err)
{
    int code = 0;

    for (size_t i = 0; code == 0 && i < staging->repositories.isos.count; i++) {
        _cleanup_free_ char *folder = iso_folder(staging, i), *head = NULL;
        _cleanup_strv_ struct strv files = {0};

        head = text_format("file://%s/", folder);
        for (size_t j = 0; j < urls->count; j++)
            if (text_starts(urls->items[j], head)) {
                const char *file = urls->items[j] + strlen(head);

                strv_add(&files, file + strspn(file, "/"));
            }
        if (files.count > 0)
            code = iso_take_files(staging->repositories.isos.items[i], folder, &files, err);
    }
    return code;
}

static int list_packages(const char *path, struct strv *names, struct error **err)
{
    _cleanup_closedir_ DIR *folder = opendir(path);
    struct dirent *entry;

    if (folder == NULL)
        return error_set_errno(err, -errno, "cannot read the folder '%s'", path);
    while ((entry = readdir(folder)) != NULL)
        if (text_ends(entry->d_name, ".rpm"))
            strv_add(names, entry->d_name);
    strv_sort(names);
    return 0;
}

/* All are installed in a single transaction, so their order does not matter. */
static int take_package(const struct staging *staging, const char *folder, const char *file,
                        struct staged *staged, struct error **err)
{
    _cleanup_free_ char *path = path_join(folder, file), *name = NULL, *version = NULL,
                        *arch = NULL;
    char sha256[DIGEST_TEXT_SIZE];
    uint64_t size;
    int code;

    if (!package_file_rpm(file, &name, &version, &arch))
        return error_set(err, -EBADMSG, "dnf downloaded '%s', which is not a package's file name",
                         file);
    code = digest_of_file(path, sha256, &size, err);
    if (code == 0)
        code = pool_take(staging->cache, path, sha256, file, size, err);
    if (code == 0)
        staged_add(staged, staging->cache, file, name, version, arch, sha256, size);
    return code;
}

static int fetch(const struct staging *staging, const struct dnf *dnf, const struct strv *names,
                 const struct strv *urls, struct staged *staged, struct error **err)
{
    _cleanup_free_ char *folder = path_join(staging->root, "fetch");
    _cleanup_strv_ struct strv files = {0};
    int code = take_from_isos(staging, urls, err);

    if (code == 0)
        code = path_remove_tree(folder, err);
    if (code == 0)
        code = path_make_folders(folder, false, err);
    if (code == 0)
        code = dnf_fetch(dnf, names, folder, err);
    if (code == 0)
        code = list_packages(folder, &files, err);
    if (code == 0 && files.count != urls->count)
        code = error_set(err, -EIO, "dnf downloaded %zu of the %zu packages that it listed",
                         files.count, urls->count);
    for (size_t i = 0; code == 0 && i < files.count; i++)
        code = take_package(staging, folder, files.items[i], staged, err);
    path_remove_tree(folder, NULL);
    return code;
}

static void name_origin(const struct staging *staging, struct staged *staged)
{
    _cleanup_strv_ struct strv parts = {0};

    strv_copy(&parts, &staging->repositories.urls);
    for (size_t i = 0; i < staging->repositories.isos.count; i++)
        strv_take(&parts, text_format("ISO image %s", staging->repositories.isos.items[i]));
    if (staging->files.count > 0)
        strv_take(&parts, text_format("%zu package files", staging->files.count));
    staged->source = strv_join(&parts, ", ");
}

/* A repository cannot be reached: uses the earlier set, whatever its age. */
static int do_without(const struct staging *staging, const struct error *cause,
                      struct staged **ret_staged, struct error **err)
{
    char when[CLOCK_TEXT_SIZE];

    if (cause->code != -EIO || staging_recall(staging, true, ret_staged) < 0)
        return error_set(err, cause->code, "%s", error_message(cause));
    clock_format((*ret_staged)->resolved_ms, when);
    free((*ret_staged)->note);
    (*ret_staged)->note =
        text_format("%s; the set resolved at %s is used", error_message(cause), when);
    return 0;
}

static int resolve(const struct staging *staging, struct staged *staged, struct error **err)
{
    _cleanup_(dnf_done) struct dnf dnf = {0};
    _cleanup_strv_ struct strv repositories = {0}, names = {0}, urls = {0};
    int code = staging_need_space(staging, 0, err);

    if (code == 0)
        code = path_make_folders(staging->root, false, err);
    if (code == 0)
        code = describe(staging, &repositories, err);
    if (code == 0)
        code = dnf_prepare(staging->root, staging->image->arch, staging->image->os_version,
                           &repositories, staging->state, staging->max_age_ms / 1000, &dnf, err);
    strv_copy(&names, &staging->names);
    if (code == 0)
        code = dnf_drop_installed(&dnf, &names, &staging->files, err);
    if (code < 0 || names.count == 0)
        return code;
    code = dnf_resolve(&dnf, &names, staging->refresh || !staging->ages, &urls, err);
    if (code == 0 && urls.count > PACKAGES_MAX)
        code = error_set(err, -EFBIG,
                         "more than %d packages are to be installed: is the image's package state "
                         "that of a whole system?",
                         PACKAGES_MAX);
    return code == 0 ? fetch(staging, &dnf, &names, &urls, staged, err) : code;
}

int staging_resolve_dnf(const struct staging *staging, struct staged **ret_staged,
                        struct error **err)
{
    _cleanup_(staged_free_cleanup) struct staged *staged = text_calloc(1, sizeof(*staged));
    _cleanup_error_ struct error *cause = NULL;
    int code = resolve(staging, staged, &cause);

    if (code < 0)
        return do_without(staging, cause, ret_staged, err);
    name_origin(staging, staged);
    return staging_complete(staging, &staged, ret_staged, err);
}
