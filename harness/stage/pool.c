/* SPDX-License-Identifier: Apache-2.0 */
/* Packages by digest. They are renamed into place when complete, and hashed again at each use. */
#include "stage/pool.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/log.h"
#include "base/path.h"

char *pool_path(const char *cache, const char *sha256, const char *file)
{
    return text_format("%s/pool/%s/%s", cache, sha256, file);
}

int pool_check(const char *cache, const char *sha256, const char *file, uint64_t size,
               struct error **err)
{
    _cleanup_free_ char *path = pool_path(cache, sha256, file);
    char found[DIGEST_TEXT_SIZE];
    uint64_t bytes;
    int code;

    if (!path_exists(path))
        return error_set(err, -ENOENT, "package '%s' is not in the cache", file);
    code = digest_of_file(path, found, &bytes, err);
    if (code < 0)
        return code;
    if (strcmp(found, sha256) == 0 && (size == 0 || bytes == size))
        return 0;
    log_warning("package '%s' is damaged (its digest is %s): removed, to be fetched again", path,
                found);
    if (unlink(path) < 0)
        return error_set_errno(err, -errno, "cannot remove the damaged package '%s'", path);
    return error_set(err, -ENOENT, "package '%s' was damaged", file);
}

int pool_take(const char *cache, const char *path, const char *sha256, const char *file,
              uint64_t size, struct error **err)
{
    _cleanup_free_ char *target = pool_path(cache, sha256, file),
                        *folder = text_format("%s/pool/%s", cache, sha256);
    char found[DIGEST_TEXT_SIZE];
    uint64_t bytes;
    int code = digest_of_file(path, found, &bytes, err);

    if (code < 0)
        return code;
    if (strcmp(found, sha256) != 0 || (size != 0 && bytes != size)) {
        unlink(path);
        return error_set(err, -EBADMSG,
                         "package '%s' has %llu bytes and digest %s, expected %llu and %s: run "
                         "again with --refresh, or check the repository",
                         file, (unsigned long long)bytes, found, (unsigned long long)size, sha256);
    }
    code = path_make_folders(folder, false, err);
    if (code == 0)
        code = path_sync(path, err);
    if (code == 0 && rename(path, target) < 0)
        code = error_set_errno(err, -errno, "cannot move '%s' to '%s'", path, target);
    return code == 0 ? path_sync(folder, err) : code;
}
