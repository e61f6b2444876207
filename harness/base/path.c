/* SPDX-License-Identifier: Apache-2.0 */
/* Creates and removes folders, reads files of limited size, and writes files atomically. */
#include "base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <ftw.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "base/cleanup.h"
#include "base/copy.h"
#include "base/error.h"
#include "base/text.h"

char *path_join(const char *folder, const char *name)
{
    return text_format("%s%s%s", folder, text_ends(folder, "/") ? "" : "/", name);
}

const char *path_base(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}

bool path_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

bool path_is_folder(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

int path_list(const char *folder, struct strv *ret_names, struct error **err)
{
    _cleanup_closedir_ DIR *dir = opendir(folder);
    const struct dirent *entry;

    if (dir == NULL)
        return errno == ENOENT ? 0 : error_set_errno(err, -errno, "cannot read '%s'", folder);
    while ((entry = readdir(dir)) != NULL)
        if (entry->d_name[0] != '.')
            strv_add(ret_names, entry->d_name);
    strv_sort(ret_names);
    return 0;
}

int path_make_folders(const char *path, bool private, struct error **err)
{
    _cleanup_free_ char *work = text_dup(path);
    mode_t mode = private ? 0700 : 0755;

    for (char *slash = strchr(work + 1, '/');; slash = strchr(slash + 1, '/')) {
        if (slash != NULL)
            *slash = '\0';
        if (mkdir(work, mode) < 0 && errno != EEXIST)
            return error_set_errno(err, -errno, "cannot make folder '%s'", work);
        if (slash == NULL)
            break;
        *slash = '/';
        if (slash[1] == '\0')
            break;
    }
    if (!path_is_folder(path))
        return error_set(err, -ENOTDIR, "'%s' exists but is not a folder", path);
    return 0;
}

static bool remove_one(const FTSENT *entry)
{
    return remove(entry->fts_accpath) == 0 || errno == ENOENT;
}

/* Mount points are recognised by the device of the folder: on an overlay, st_dev of a file may be
 * that of its layer. */
static int remove_walked(FTS *tree, FTSENT *entry, dev_t device)
{
    switch (entry->fts_info) {
    case FTS_D:
        if (entry->fts_statp->st_dev != device) {
            fts_set(tree, entry, FTS_SKIP);
            return -EBUSY;
        }
        /* The entries of a folder without write permission cannot be removed: make it writable, it
         * is ours. */
        if ((entry->fts_statp->st_mode & 0700) != 0700)
            chmod(entry->fts_accpath, 0700);
        return 0;
    case FTS_NS:
    case FTS_ERR:
        return entry->fts_errno == ENOENT ? 0 : -entry->fts_errno;
    default:
        return remove_one(entry) ? 0 : -errno;
    }
}

int path_remove_tree(const char *path, struct error **err)
{
    char *const roots[] = {(char *)path, NULL};
    struct stat st;
    FTSENT *entry;
    FTS *tree;
    int code = 0;

    if (lstat(path, &st) < 0)
        return errno == ENOENT ? 0 : error_set_errno(err, -errno, "cannot stat '%s'", path);
    tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    if (tree == NULL)
        return error_set_errno(err, -errno, "cannot remove '%s'", path);
    while ((errno = 0, entry = fts_read(tree)) != NULL) {
        int removed = remove_walked(tree, entry, st.st_dev);

        code = code < 0 ? code : removed;
    }
    if (code == 0 && errno != 0)
        code = -errno;
    fts_close(tree);
    return code < 0 ? error_set_errno(err, code, "cannot remove '%s'", path) : 0;
}

int path_read(const char *path, size_t limit, struct buffer *ret_data, struct error **err)
{
    /* O_NONBLOCK: do not wait for a FIFO without a writer; one with a writer is read to its end. */
    _cleanup_close_ int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    _cleanup_buffer_ struct buffer data = {0};
    char chunk[65536];

    if (fd < 0 || fcntl(fd, F_SETFL, 0) < 0)
        return error_set_errno(err, -errno, "cannot open '%s'", path);
    for (;;) {
        ssize_t got = read(fd, chunk, sizeof(chunk));

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_set_errno(err, -errno, "cannot read '%s'", path);
        if (got == 0)
            break;
        if ((size_t)got > limit - data.length)
            return error_set(err, -EFBIG, "'%s' is larger than the limit of %zu bytes", path,
                             limit);
        buffer_add(&data, chunk, (size_t)got);
    }
    buffer_add(&data, "", 0);
    *ret_data = data;
    data = (struct buffer){0};
    return 0;
}

int path_sync(const char *path, struct error **err)
{
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return error_set_errno(err, -errno, "cannot open '%s' to fsync it", path);
    /* Some network and FUSE file systems do not support fsync on folders. */
    if (fsync(fd) < 0 && errno != EINVAL && errno != EOPNOTSUPP && errno != ENOSYS)
        return error_set_errno(err, -errno, "cannot fsync '%s'", path);
    return 0;
}

static int sync_parent(const char *path, struct error **err)
{
    const char *base = path_base(path);
    _cleanup_free_ char *folder =
        base == path ? text_dup(".") : text_ndup(path, (size_t)(base - path));

    return path_sync(folder, err);
}

/* fsync if `durable`, rename, fsync of the folder; removes the temporary file on failure. */
static int commit_file(int fd, const char *temporary, const char *path, bool durable,
                       struct error **err)
{
    if ((durable && fsync(fd) < 0) || rename(temporary, path) < 0) {
        int code = -errno;

        unlink(temporary);
        return error_set_errno(err, code, "cannot write '%s'", path);
    }
    return durable ? sync_parent(path, err) : 0;
}

static int write_by_rename(const char *path, const void *data, size_t length, bool durable,
                           struct error **err)
{
    _cleanup_free_ char *temporary = text_format("%s.XXXXXX", path);
    _cleanup_close_ int fd = mkostemp(temporary, O_CLOEXEC);
    int code;

    if (fd < 0)
        return error_set_errno(err, -errno, "cannot write '%s'", path);
    code = fchmod(fd, 0644) < 0 ? -errno : copy_write(fd, data, length);
    if (code < 0) {
        unlink(temporary);
        return error_set_errno(err, code, "cannot write '%s'", path);
    }
    return commit_file(fd, temporary, path, durable, err);
}

int path_write_atomic(const char *path, const void *data, size_t length, struct error **err)
{
    return write_by_rename(path, data, length, true, err);
}

int path_write_unsynced(const char *path, const void *data, size_t length, struct error **err)
{
    return write_by_rename(path, data, length, false, err);
}

int path_copy_file(const char *from, const char *to, struct error **err)
{
    _cleanup_free_ char *temporary = text_format("%s.XXXXXX", to);
    _cleanup_close_ int source = open(from, O_RDONLY | O_CLOEXEC);
    _cleanup_close_ int fd = -1;
    int code;

    if (source < 0)
        return error_set_errno(err, -errno, "cannot open '%s'", from);
    fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0)
        return error_set_errno(err, -errno, "cannot write '%s'", to);
    code = fchmod(fd, 0644) < 0 ? -errno : copy_content(source, fd);
    if (code < 0) {
        unlink(temporary);
        return error_set_errno(err, code, "cannot copy '%s' to '%s'", from, to);
    }
    return commit_file(fd, temporary, to, true, err);
}

int path_move_file(const char *from, const char *to, struct error **err)
{
    int code;

    if (rename(from, to) == 0)
        return 0;
    if (errno != EXDEV)
        return error_set_errno(err, -errno, "cannot move '%s' to '%s'", from, to);
    code = path_copy_file(from, to, err);
    if (code == 0 && unlink(from) < 0)
        code = error_set_errno(err, -errno, "cannot remove '%s'", from);
    return code;
}

int path_rename_new(const char *from, const char *to, struct error **err)
{
    int code = renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) < 0 ? -errno : 0;

    /* FUSE and network file systems support no flags: callers that create `to` hold a lock or are
     * alone. */
    if (code == -EINVAL || code == -ENOSYS)
        code = access(to, F_OK) == 0 ? -EEXIST : rename(from, to) < 0 ? -errno : 0;
    return code < 0 ? error_set_errno(err, code, "cannot put '%s' in place", to) : 0;
}

int path_free_bytes(const char *path, uint64_t *ret_bytes, struct error **err)
{
    struct statvfs fs;

    if (statvfs(path, &fs) < 0)
        return error_set_errno(err, -errno, "cannot determine the free space at '%s'", path);
    *ret_bytes = (uint64_t)fs.f_bavail * fs.f_frsize;
    return 0;
}

static __thread uint64_t bytes_seen;

static int add_bytes(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)path;
    (void)type;
    (void)ftw;
    bytes_seen += (uint64_t)st->st_blocks * 512;
    return 0;
}

uint64_t path_disk_use(const char *path)
{
    bytes_seen = 0;
    nftw(path, add_bytes, 32, FTW_PHYS);
    return bytes_seen;
}
