/* SPDX-License-Identifier: Apache-2.0 */
/* Blobs by digest: copied to a temporary file, verified, synced, and then renamed. */
#include "store/evidence.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/path.h"
#include "base/text.h"
#include "bundle/bundle.h"

/* Bytes left free, so that the database and running guests do not fill the disk. */
#define RESERVE_BYTES ((uint64_t)64 << 20)

char *evidence_path(const char *home, const char *sha256)
{
    return text_format("%s/evidence/%.2s/%s", home, sha256, sha256);
}

/* A temporary file that is removed unless it was renamed into place. */
struct incoming {
    char *path;
    int fd;
};

static void incoming_done(struct incoming *incoming)
{
    if (incoming->fd >= 0)
        close(incoming->fd);
    if (incoming->path != NULL)
        unlink(incoming->path);
    free(incoming->path);
}

static int open_incoming(const char *home, struct incoming *incoming, struct error **err)
{
    _cleanup_free_ char *folder = text_format("%s/evidence/incoming", home);
    int code = path_make_folders(folder, false, err);

    if (code < 0)
        return code;
    incoming->path = text_format("%s/XXXXXX", folder);
    incoming->fd = mkostemp(incoming->path, O_CLOEXEC);
    if (incoming->fd < 0) {
        code = -errno;
        free(steal_ptr(incoming->path));
        return error_set_errno(err, code, "cannot write evidence below '%s'", folder);
    }
    return 0;
}

/* Computes the digest of a whole file and, with to >= 0, copies it there. */
static int pass(int from, int to, const char *name, uint64_t limit, char sha256[DIGEST_TEXT_SIZE],
                uint64_t *ret_size, struct error **err)
{
    _cleanup_(digest_free_cleanup) struct digest *digest = digest_new();
    char chunk[BUNDLE_CHUNK];
    uint64_t size = 0;

    for (;;) {
        ssize_t got = read(from, chunk, sizeof(chunk));

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_set_errno(err, -errno, "cannot read evidence '%s'", name);
        if (got == 0 || (size += (uint64_t)got) > limit)
            break;
        digest_add(digest, chunk, (size_t)got);
        for (ssize_t done = 0; to >= 0 && done < got;) {
            ssize_t put = write(to, chunk + done, (size_t)(got - done));

            if (put < 0 && errno == EINTR)
                continue;
            if (put < 0)
                return error_set_errno(err, -errno, "cannot store evidence '%s'", name);
            done += put;
        }
    }
    digest_text(digest, sha256);
    *ret_size = size;
    return 0;
}

int evidence_check_space(const char *home, uint64_t size, struct error **err)
{
    uint64_t left = 0;
    int code = path_free_bytes(home, &left, err);

    if (code == 0 && left < size + RESERVE_BYTES)
        code = error_set(err, -ENOSPC,
                         "'%s': %llu MiB are free, evidence of %llu MiB would leave less than the "
                         "%llu MiB reserve: free some space and go on",
                         home, (unsigned long long)(left >> 20), (unsigned long long)(size >> 20),
                         (unsigned long long)(RESERVE_BYTES >> 20));
    return code;
}

static int copy_checked(const char *path, struct incoming *incoming, const char *sha256,
                        uint64_t size, struct error **err)
{
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    char measured[DIGEST_TEXT_SIZE];
    uint64_t got = 0;
    struct stat st;
    int code;

    if (fd < 0)
        return error_set_errno(err, -errno, "cannot open evidence '%s'", path);
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
        return error_set(err, -EBADMSG, "evidence '%s' is not a regular file", path);
    code = pass(fd, incoming->fd, path, size, measured, &got, err);
    if (code < 0)
        return code;
    if (got != size || strcmp(measured, sha256) != 0)
        return error_set(
            err, -EBADMSG,
            "evidence '%s' does not match its bundle (sha256 %s, %llu bytes): rejected", path,
            measured, (unsigned long long)got);
    if (fchmod(incoming->fd, 0444) < 0 || fsync(incoming->fd) < 0)
        return error_set_errno(err, -errno, "cannot store evidence '%s'", path);
    return 0;
}

int evidence_add_file(const char *home, const char *path, const char *sha256, uint64_t size,
                      struct error **err)
{
    _cleanup_free_ char *to = evidence_path(home, sha256);
    _cleanup_free_ char *folder = text_ndup(to, strlen(to) - strlen(sha256) - 1);
    _cleanup_(incoming_done) struct incoming incoming = {.fd = -1};
    struct stat st;
    int code;

    if (lstat(to, &st) == 0 && S_ISREG(st.st_mode) && (uint64_t)st.st_size == size)
        return 0;
    code = evidence_check_space(home, size, err);
    if (code == 0)
        code = path_make_folders(folder, false, err);
    if (code == 0)
        code = open_incoming(home, &incoming, err);
    if (code == 0)
        code = copy_checked(path, &incoming, sha256, size, err);
    if (code < 0)
        return code;
    if (rename(incoming.path, to) < 0)
        return error_set_errno(err, -errno, "cannot store evidence '%s'", to);
    free(steal_ptr(incoming.path));
    return path_sync(folder, err);
}

int evidence_sync(const char *home, struct error **err)
{
    _cleanup_free_ char *folder = path_join(home, "evidence");
    _cleanup_close_ int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    return fd < 0 || syncfs(fd) < 0 ? error_set_errno(err, -errno, "cannot sync '%s'", folder) : 0;
}

int evidence_adopt(const char *home, const char *path, const char *sha256, struct error **err)
{
    _cleanup_free_ char *to = evidence_path(home, sha256);
    _cleanup_free_ char *folder = text_ndup(to, strlen(to) - strlen(sha256) - 1);
    bool done = chmod(path, 0444) == 0 && rename(path, to) == 0;

    /* Most folders are there already. */
    if (!done && errno == ENOENT) {
        int code = path_make_folders(folder, false, err);

        if (code < 0)
            return code;
        done = rename(path, to) == 0;
    }
    return done ? 0 : error_set_errno(err, -errno, "cannot store evidence '%s'", to);
}

static int check_stat(const char *path, const struct stat *st, uint64_t size, struct error **err)
{
    if (!S_ISREG(st->st_mode))
        return error_set(err, -EBADMSG, "evidence '%s' is not a regular file", path);
    if ((uint64_t)st->st_size != size)
        return error_set(err, -EBADMSG, "evidence '%s' has %llu bytes instead of %llu", path,
                         (unsigned long long)st->st_size, (unsigned long long)size);
    return 0;
}

int evidence_check_present(const char *home, const char *sha256, uint64_t size, struct error **err)
{
    _cleanup_free_ char *path = evidence_path(home, sha256);
    struct stat st;

    if (lstat(path, &st) < 0)
        return errno == ENOENT ? error_set(err, -ENOENT, "evidence '%s' is missing", path)
                               : error_set_errno(err, -errno, "cannot stat evidence '%s'", path);
    return check_stat(path, &st, size, err);
}

void evidence_folders_done(struct evidence_folders *folders)
{
    for (size_t i = 0; i < sizeof(folders->fds) / sizeof(folders->fds[0]); i++)
        if (folders->fds[i] > 0)
            close(folders->fds[i] - 1);
}

bool evidence_is_present(struct evidence_folders *folders, const char *home, const char *sha256,
                         uint64_t size)
{
    char digits[3] = {sha256[0], sha256[1]};
    int *fd = &folders->fds[strtoul(digits, NULL, 16) & 255];
    struct stat st;

    if (*fd == 0) {
        _cleanup_free_ char *path = text_format("%s/evidence/%s", home, digits);

        *fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW) + 1;
        if (*fd == 0)
            *fd = -1;
    }
    return *fd > 0 && fstatat(*fd - 1, sha256, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISREG(st.st_mode) && (uint64_t)st.st_size == size;
}

/* Opening a FIFO or device would block, and reading a file of another size is useless: neither is
 * opened, and a file that replaces it meanwhile is not read. */
static int open_blob(const char *home, const char *sha256, const char *path, uint64_t size,
                     int *ret_fd, struct error **err)
{
    _cleanup_close_ int fd = -1;
    struct stat st;
    int code = evidence_check_present(home, sha256, size, err);

    if (code < 0)
        return code;
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &st) < 0)
        return error_set_errno(err, -errno, "cannot open evidence '%s'", path);
    code = check_stat(path, &st, size, err);
    if (code < 0)
        return code;
    *ret_fd = fd;
    fd = -1;
    return 0;
}

int evidence_read_tail(const char *home, const char *sha256, uint64_t size, size_t limit,
                       struct buffer *ret_data, uint64_t *ret_skipped, struct error **err)
{
    _cleanup_free_ char *path = evidence_path(home, sha256);
    _cleanup_close_ int fd = -1;
    _cleanup_free_ char *tail = NULL;
    char measured[DIGEST_TEXT_SIZE];
    uint64_t got_size = 0;
    size_t length, have = 0;
    int code = open_blob(home, sha256, path, size, &fd, err);

    if (code == 0)
        code = pass(fd, -1, path, size, measured, &got_size, err);
    if (code < 0)
        return code;
    if (got_size != size || strcmp(measured, sha256) != 0)
        return error_set(err, -EBADMSG, "evidence '%s' is damaged: its bytes have sha256 %s", path,
                         measured);
    length = size < limit ? (size_t)size : limit;
    tail = text_calloc(1, length + 1);
    while (have < length) {
        ssize_t got = pread(fd, tail + have, length - have, (off_t)(size - length + have));

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return error_set_errno(err, got < 0 ? -errno : -EIO, "cannot read evidence '%s'", path);
        have += (size_t)got;
    }
    buffer_add(ret_data, tail, length);
    if (ret_skipped != NULL)
        *ret_skipped = size - length;
    return 0;
}

int evidence_sweep(const char *home, struct error **err)
{
    _cleanup_free_ char *folder = text_format("%s/evidence/incoming", home);

    return path_remove_tree(folder, err);
}

int evidence_make_staging(const char *home, char **ret_folder, struct error **err)
{
    _cleanup_free_ char *incoming = text_format("%s/evidence/incoming", home);
    _cleanup_free_ char *folder = text_format("%s/XXXXXX", incoming);
    int code = evidence_sweep(home, err);

    if (code == 0)
        code = path_make_folders(incoming, false, err);
    if (code < 0)
        return code;
    if (mkdtemp(folder) == NULL)
        return error_set_errno(err, -errno, "cannot make a folder in '%s'", incoming);
    *ret_folder = steal_ptr(folder);
    return 0;
}
