/* SPDX-License-Identifier: Apache-2.0 */
/* Opens a store in a folder that is not writable, such as a mounted archive or another user's
 * home. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/path.h"
#include "base/text.h"
#include "store/sql.h"

bool store_is_read_only(const struct store *store)
{
    return access(store->home, W_OK) < 0 ||
           (path_exists(store->path) && access(store->path, W_OK) < 0);
}

/* Encodes a path as an SQLite URI (sqlite.org/uri.html). */
static char *make_uri(const char *path)
{
    struct buffer uri = {0};

    buffer_text(&uri, "file:");
    for (; *path != '\0'; path++)
        if (strchr("%?#", *path) != NULL)
            buffer_format(&uri, "%%%02x", (unsigned char)*path);
        else
            buffer_add(&uri, path, 1);
    buffer_text(&uri, "?immutable=1");
    return buffer_steal(&uri);
}

/* The write-ahead log is part of the store, and SQLite cannot read it without writing a file beside
 * it, so both are copied. */
static int copy_with_log(struct store *store, const char *log, char **ret_path, struct error **err)
{
    const char *parent = getenv("TMPDIR");
    _cleanup_free_ char *folder =
        text_format("%s/touchstone-store-XXXXXX", parent != NULL ? parent : "/tmp");
    _cleanup_free_ char *path = NULL, *log_copy = NULL;
    int code;

    if (mkdtemp(folder) == NULL)
        return error_set_errno(err, -errno,
                               "cannot copy store '%s', which cannot be written, to '%s'",
                               store->path, folder);
    store->copy = text_dup(folder);
    path = path_join(folder, "store.db");
    log_copy = path_join(folder, "store.db-wal");
    code = path_copy_file(store->path, path, err);
    if (code == 0)
        code = path_copy_file(log, log_copy, err);
    if (code == 0)
        *ret_path = steal_ptr(path);
    return code;
}

int store_open_read_only(struct store *store, struct error **err)
{
    _cleanup_free_ char *log = text_format("%s-wal", store->path), *path = NULL;
    struct stat st;
    int code = 0, how = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;

    if (stat(store->path, &st) < 0 && errno != ENOENT)
        return error_set_errno(err, -errno, "cannot read store '%s'", store->path);
    if (!path_exists(store->path))
        return error_set(err, -EACCES, "store '%s' is not there, and nothing can be made in '%s'",
                         store->path, store->home);
    if (stat(log, &st) == 0 && st.st_size > 0) {
        code = copy_with_log(store, log, &path, err);
    } else {
        path = make_uri(store->path);
        how = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
    }
    if (code < 0)
        return code;
    return sqlite3_open_v2(path, &store->db, how, NULL) == SQLITE_OK ? 0 : sql_error(store, err);
}
