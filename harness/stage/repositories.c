/* SPDX-License-Identifier: Apache-2.0 */
/* The repositories for an rpm image: recognises folders, ISO images and URLs, and records their
 * stamps. */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/path.h"
#include "stage/iso.h"
#include "stage/staging.h"

static bool is_remote(const char *text)
{
    return text_starts(text, "http://") || text_starts(text, "https://") ||
           text_starts(text, "ftp://");
}

static int add_folder(struct staging *staging, const char *path, struct error **err)
{
    _cleanup_free_ char *index = path_join(path, "repodata/repomd.xml");
    char sha256[DIGEST_TEXT_SIZE];
    size_t before = staging->files.count;
    int code;

    if (!path_exists(index)) {
        code = staging_list_files(staging, path, ".rpm", err);
        if (code == 0 && staging->files.count == before)
            return error_set(err, -ENOENT,
                             "folder '%s' holds neither repodata/repomd.xml nor an .rpm file: give "
                             "the folder that holds one of them",
                             path);
        return code;
    }
    code = digest_of_file(index, sha256, NULL, err);
    if (code < 0)
        return code;
    buffer_format(&staging->repositories.stamps, "%s %s\n", path, sha256);
    strv_take(&staging->repositories.urls, text_format("file://%s", path));
    return 0;
}

static int add_iso(struct staging *staging, const char *path, const struct stat *st,
                   struct error **err)
{
    if (!S_ISREG(st->st_mode) || !iso_probe(path))
        return error_set(
            err, -ENOENT,
            "'%s' is not an ISO image: a repository is a folder, an ISO image or a URL", path);
    buffer_format(&staging->repositories.stamps, "%s %lld %lld.%09ld\n", path,
                  (long long)st->st_size, (long long)st->st_mtim.tv_sec, st->st_mtim.tv_nsec);
    strv_add(&staging->repositories.isos, path);
    return 0;
}

int staging_find_repositories(struct staging *staging, const struct strv *texts, struct error **err)
{
    int code = 0;

    for (size_t i = 0; code == 0 && i < texts->count; i++) {
        const char *text = texts->items[i];
        _cleanup_free_ char *path = NULL;
        struct stat st;

        if (is_remote(text)) {
            strv_add(&staging->repositories.urls, text);
            buffer_format(&staging->repositories.stamps, "%s\n", text);
            staging->ages = true;
            continue;
        }
        path = realpath(text_starts(text, "file://") ? text + strlen("file://") : text, NULL);
        if (path == NULL || stat(path, &st) < 0)
            return error_set_errno(err, -errno,
                                   "cannot find the repository '%s' (a folder, an ISO image or a "
                                   "URL)",
                                   text);
        code =
            S_ISDIR(st.st_mode) ? add_folder(staging, path, err) : add_iso(staging, path, &st, err);
    }
    return code;
}
