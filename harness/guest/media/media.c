/* SPDX-License-Identifier: Apache-2.0 */
/* Creates overlays with qemu-img, and sparse disks. */
#include "guest/media/media.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/digest.h"
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
        return error_set(
            err, -ENOENT,
            "cannot create an overlay on '%s': it does not exist; was the image moved or removed?",
            backing);
    code = process_check(argv, QEMU_IMG_LIMIT_MS, NULL, err);
    if (code == -ENOENT)
        return error_set(err, code,
                         "'qemu-img' is not in PATH: install the package qemu-utils "
                         "(Debian) or qemu-img (RHEL-like)");
    return code < 0 ? error_prefix(err, "cannot make overlay '%s' on '%s'", path, backing) : 0;
}

int media_copy_overlay(const char *path, const char *backing, const char *folder,
                       struct error **err)
{
    _cleanup_free_ char *template = NULL, *partial = NULL;
    char name[DIGEST_TEXT_SIZE];
    int code = 0;

    /* It contains the backing file's path, so it is of no use when the folder has been moved. */
    digest_of_memory(backing, strlen(backing), name);
    template = text_format("%s/overlay.%.16s", folder, name);
    if (!path_exists(template)) {
        partial = text_format("%s.%ld", template, (long)getpid());
        code = media_make_overlay(partial, backing, DISK_QCOW2, err);
        if (code == 0 && rename(partial, template) < 0)
            code = error_set_errno(err, -errno, "cannot put overlay '%s' in place", template);
    }
    return code == 0 ? media_copy_sparse(template, path, err) : code;
}

/* Creates a sparse file, or truncates an existing one. */
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
        /* Holes are skipped without reading them. */
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
