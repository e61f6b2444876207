/* SPDX-License-Identifier: Apache-2.0 */
/* Functions that both resolvers use. */
#include "stage/staging.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/path.h"
#include "stage/pool.h"

#define FILES_MAX 4096                   /* number of package files in one folder */
#define SPACE_SPARE (UINT64_C(64) << 20) /* for files that a resolver writes */

int staging_need_space(const struct staging *staging, uint64_t bytes, struct error **err)
{
    uint64_t available;
    int code = path_free_bytes(staging->cache, &available, err);

    if (code < 0 || available >= bytes + SPACE_SPARE)
        return code;
    return error_set(err, -ENOSPC,
                     "the package cache '%s' has %llu MiB free and staging needs %llu: free some, "
                     "or set TOUCHSTONE_HOME to another file system",
                     staging->cache, (unsigned long long)available >> 20,
                     (unsigned long long)(bytes + SPACE_SPARE) >> 20);
}

bool staging_is_fresh(const struct staging *staging, int64_t time_ms)
{
    int64_t age = clock_wall_ms() - time_ms;

    return time_ms > 0 && age >= -60000 && age < staging->max_age_ms;
}

int staging_recall(const struct staging *staging, bool whatever_its_age, struct staged **ret_staged)
{
    _cleanup_(staged_free_cleanup) struct staged *staged = NULL;
    int code = set_read(staging->cache, staging->key, &staged, NULL);

    if (code < 0 ||
        (!whatever_its_age && staging->ages && !staging_is_fresh(staging, staged->resolved_ms)))
        return -ENOENT;
    *ret_staged = steal_ptr(staged);
    return 0;
}

int staging_complete(const struct staging *staging, struct staged **staged,
                     struct staged **ret_staged, struct error **err)
{
    int code;

    staged_seal(*staged);
    (*staged)->resolved = true;
    (*staged)->resolved_ms = clock_wall_ms();
    code = set_write(staging->cache, staging->key, *staged, err);
    if (code == 0)
        *ret_staged = steal_ptr(*staged);
    return code;
}

int staging_list_files(struct staging *staging, const char *path, const char *ending,
                       struct error **err)
{
    _cleanup_closedir_ DIR *folder = opendir(path);
    struct dirent *entry;

    if (folder == NULL)
        return error_set_errno(err, -errno, "cannot read the folder '%s'", path);
    while ((entry = readdir(folder)) != NULL) {
        _cleanup_free_ char *file = path_join(path, entry->d_name);
        _cleanup_free_ char *full = NULL;
        struct stat st;

        if (!text_ends(entry->d_name, ending) || stat(file, &st) < 0 || !S_ISREG(st.st_mode))
            continue;
        if (staging->files.count >= FILES_MAX)
            return error_set(err, -EFBIG,
                             "folder '%s' holds more than %d packages: give a folder with only the "
                             "product's packages",
                             path, FILES_MAX);
        full = realpath(file, NULL);
        if (full == NULL)
            return error_set_errno(err, -errno, "cannot resolve '%s'", file);
        strv_take(&staging->files, steal_ptr(full));
    }
    return 0;
}
