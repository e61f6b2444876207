/* SPDX-License-Identifier: Apache-2.0 */
/* Makes overlays with qemu-img, sparse disks, and payloads with libarchive. */
#include "guest/media.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/path.h"
#include "base/process.h"
#include "base/text.h"

#define QEMU_IMG_LIMIT_MS 60000

int media_make_overlay(const char *path, const char *backing, enum disk_format backing_format,
                       struct error **err)
{
    const char *argv[] = {"qemu-img", "create", "-q",
                          "-f",       "qcow2",  "-b",
                          backing,    "-F",     disk_format_name(backing_format),
                          path,       NULL};
    int code;

    if (!path_exists(backing))
        return error_set(err, -ENOENT,
                         "cannot put an overlay on '%s': it is not there; was the image moved or "
                         "removed?",
                         backing);
    code = process_check(argv, QEMU_IMG_LIMIT_MS, NULL, err);
    if (code == -ENOENT)
        return error_set(err, code,
                         "'qemu-img' is not in PATH: install the package qemu-utils "
                         "(Debian) or qemu-img (RHEL-like)");
    return code < 0 ? error_prefix(err, "cannot make overlay '%s' on '%s'", path, backing) : 0;
}

/* A new sparse file, or an old one emptied. */
static int open_sparse(const char *path, uint64_t size, int *ret_fd, struct error **err)
{
    _cleanup_close_ int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);

    if (fd < 0 || ftruncate(fd, (off_t)size) < 0)
        return error_set_errno(err, -errno, "cannot make disk '%s'", path);
    *ret_fd = steal_fd(fd);
    return 0;
}

int media_make_results(const char *path, struct error **err)
{
    _cleanup_close_ int fd = -1;

    return open_sparse(path, MEDIA_RESULTS_SIZE, &fd, err);
}

struct payload {
    char *path;
    int fd;
    struct archive *tar;
    uint64_t written; /* tar bytes so far, headers and padding rounded up */
    bool finished, abandoned;
};

/* libarchive's sink. An abandoned payload's end goes nowhere: archive_write_fail, which is meant
 * for that, leaks. */
static la_ssize_t write_payload(struct archive *tar, void *closure, const void *data, size_t length)
{
    struct payload *payload = closure;
    ssize_t put;

    if (payload->abandoned)
        return (la_ssize_t)length;
    do
        put = write(payload->fd, data, length);
    while (put < 0 && errno == EINTR);
    if (put < 0)
        archive_set_error(tar, errno, "%s", strerror(errno));
    return put;
}

static int tar_failed(const struct payload *payload, const char *name, struct error **err)
{
    int code = archive_errno(payload->tar);

    return error_set(err, code > 0 ? -code : -EIO, "cannot write '%s' to payload '%s': %s", name,
                     payload->path, archive_error_string(payload->tar));
}

int payload_new(const char *path, struct payload **ret_payload, struct error **err)
{
    _cleanup_(payload_free_cleanup) struct payload *payload = text_calloc(1, sizeof(*payload));
    int code;

    payload->path = text_dup(path);
    payload->fd = -1;
    code = open_sparse(path, 0, &payload->fd, err);
    if (code < 0)
        return code;
    payload->tar = archive_write_new();
    if (payload->tar == NULL)
        text_out_of_memory();
    archive_write_set_format_ustar(payload->tar);
    archive_write_add_filter_none(payload->tar);
    archive_write_set_bytes_per_block(payload->tar, 1 << 18);
    archive_write_set_bytes_in_last_block(payload->tar, 512);
    if (archive_write_open(payload->tar, payload, NULL, write_payload, NULL) != ARCHIVE_OK)
        return tar_failed(payload, "the archive", err);
    *ret_payload = steal_ptr(payload);
    return 0;
}

static int put_header(struct payload *payload, const char *name, mode_t type, unsigned mode,
                      uint64_t size, struct error **err)
{
    struct archive_entry *entry;
    int code;

    payload->written += 512 + (size + 511) / 512 * 512;
    if (payload->written + 1024 > MEDIA_PAYLOAD_SIZE)
        return error_set(err, -EFBIG,
                         "payload '%s': with '%s' it comes to more than %llu MiB: leave something "
                         "out of the suite's files or packages",
                         payload->path, name, (unsigned long long)(MEDIA_PAYLOAD_SIZE >> 20));
    entry = archive_entry_new();
    if (entry == NULL)
        text_out_of_memory();
    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, type);
    archive_entry_set_perm(entry, mode & 07777);
    archive_entry_set_size(entry, (int64_t)size);
    code = archive_write_header(payload->tar, entry);
    archive_entry_free(entry);
    return code == ARCHIVE_OK ? 0 : tar_failed(payload, name, err);
}

static int put_data(struct payload *payload, const char *name, const void *data, size_t length,
                    struct error **err)
{
    if (archive_write_data(payload->tar, data, length) != (la_ssize_t)length)
        return tar_failed(payload, name, err);
    return 0;
}

int payload_add_memory(struct payload *payload, const char *name, const void *data, size_t length,
                       unsigned mode, struct error **err)
{
    int code = put_header(payload, name, AE_IFREG, mode, length, err);

    return code < 0 || length == 0 ? code : put_data(payload, name, data, length, err);
}

/* Copies exactly size bytes: a file that changes its size meanwhile is an error. */
static int put_file(struct payload *payload, const char *name, int fd, const char *path,
                    uint64_t size, struct error **err)
{
    char chunk[65536];

    while (size > 0) {
        ssize_t got = read(fd, chunk, size < sizeof(chunk) ? size : sizeof(chunk));
        int code;

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_set_errno(err, -errno, "cannot read '%s'", path);
        if (got == 0)
            return error_set(err, -EIO, "'%s' became shorter while it was read", path);
        code = put_data(payload, name, chunk, (size_t)got, err);
        if (code < 0)
            return code;
        size -= (uint64_t)got;
    }
    return 0;
}

int payload_add_file(struct payload *payload, const char *name, const char *path, unsigned mode,
                     struct error **err)
{
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    int code;

    if (fd < 0 || fstat(fd, &st) < 0)
        return error_set_errno(err, -errno, "cannot open '%s' for the payload", path);
    if (!S_ISREG(st.st_mode))
        return error_set(err, -EINVAL, "'%s' is not a regular file: only those go into a payload",
                         path);
    code = put_header(payload, name, AE_IFREG, mode, (uint64_t)st.st_size, err);
    return code < 0 ? code : put_file(payload, name, fd, path, (uint64_t)st.st_size, err);
}

static int list_folder(const char *folder, struct strv *names, struct error **err)
{
    _cleanup_closedir_ DIR *dir = opendir(folder);
    struct dirent *entry;

    if (dir == NULL)
        return error_set_errno(err, -errno, "cannot open folder '%s' for the payload", folder);
    while ((entry = readdir(dir)) != NULL)
        if (!text_equal(entry->d_name, ".") && !text_equal(entry->d_name, ".."))
            strv_add(names, entry->d_name);
    strv_sort(names);
    return 0;
}

static int add_below(struct payload *payload, const char *name, const char *path,
                     struct error **err)
{
    struct stat st;

    if (lstat(path, &st) < 0)
        return error_set_errno(err, -errno, "cannot look at '%s' for the payload", path);
    if (S_ISDIR(st.st_mode))
        return payload_add_folder(payload, name, path, err);
    if (S_ISREG(st.st_mode))
        return payload_add_file(payload, name, path, st.st_mode & 0755, err);
    return error_set(err, -EINVAL,
                     "'%s' is neither a file nor a folder: links and devices do not go into a "
                     "payload; copy what it points to",
                     path);
}

int payload_add_folder(struct payload *payload, const char *name, const char *folder,
                       struct error **err)
{
    _cleanup_strv_ struct strv names = {0};
    int code = list_folder(folder, &names, err);

    if (code == 0)
        code = put_header(payload, name, AE_IFDIR, 0755, 0, err);
    for (size_t i = 0; i < names.count && code == 0; i++) {
        _cleanup_free_ char *inside = path_join(name, names.items[i]);
        _cleanup_free_ char *path = path_join(folder, names.items[i]);

        code = add_below(payload, inside, path, err);
    }
    return code;
}

int payload_finish(struct payload *payload, struct error **err)
{
    if (archive_write_close(payload->tar) != ARCHIVE_OK)
        return tar_failed(payload, "the archive's end", err);
    if (ftruncate(payload->fd, (off_t)MEDIA_PAYLOAD_SIZE) < 0)
        return error_set_errno(err, -errno, "cannot give payload '%s' its size", payload->path);
    payload->finished = true;
    return 0;
}

void payload_free(struct payload *payload)
{
    if (payload == NULL)
        return;
    payload->abandoned = !payload->finished;
    if (payload->tar != NULL)
        archive_write_free(payload->tar);
    if (!payload->finished && payload->fd >= 0)
        unlink(payload->path);
    cleanup_close(&payload->fd);
    free(payload->path);
    free(payload);
}

int media_copy_sparse(const char *from, const char *to, struct error **err)
{
    static const char zeros[65536];
    _cleanup_close_ int in = open(from, O_RDONLY | O_CLOEXEC), out = -1;
    char block[sizeof(zeros)];
    struct stat st;
    off_t at = 0;
    int code;

    if (in < 0 || fstat(in, &st) < 0)
        return error_set_errno(err, -errno, "cannot open '%s'", from);
    code = open_sparse(to, (uint64_t)st.st_size, &out, err);
    while (code == 0 && at < st.st_size) {
        /* Holes are passed over without reading them. */
        off_t data = lseek(in, at, SEEK_DATA);
        ssize_t got;

        if (data < 0 && errno == ENXIO)
            break;
        at = data > at ? data : at;
        got = pread(in, block, sizeof(block), at);
        if (got <= 0 ||
            (memcmp(block, zeros, (size_t)got) != 0 && pwrite(out, block, (size_t)got, at) != got))
            return error_set_errno(err, errno != 0 ? -errno : -EIO, "cannot copy '%s' to '%s'",
                                   from, to);
        at += got;
    }
    return code;
}
