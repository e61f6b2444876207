/* SPDX-License-Identifier: Apache-2.0 */
/* Reads tar streams with libarchive, which can access only a window of the disk. */
#include "guest/media/results_disk.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/text.h"

DEFINE_CLEANUP(struct archive *, archive_read_free)

/* The part of the disk that libarchive may read. */
struct window {
    const char *path;
    int fd;
    uint64_t at, end;
    int failed;            /* negative errno of a failed read on the host */
    struct digest *digest; /* digest of what was read; NULL: not requested */
    char chunk[65536];
};

static la_ssize_t read_window(struct archive *tar, void *closure, const void **ret_data)
{
    struct window *window = closure;
    uint64_t left = window->end - window->at;
    ssize_t got;

    do
        got = pread(window->fd, window->chunk,
                    left < sizeof(window->chunk) ? left : sizeof(window->chunk), (off_t)window->at);
    while (got < 0 && errno == EINTR);
    if (got < 0) {
        window->failed = -errno;
        archive_set_error(tar, errno, "cannot read '%s'", window->path);
        return -1;
    }
    if (window->digest != NULL)
        digest_add(window->digest, window->chunk, (size_t)got);
    window->at += (uint64_t)got;
    *ret_data = window->chunk;
    return got;
}

static int open_window(struct window *window, uint64_t offset, uint64_t length, struct error **err)
{
    struct stat st;
    uint64_t size;

    window->fd = open(window->path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (window->fd < 0 || fstat(window->fd, &st) < 0)
        return error_set_errno(err, -errno, "cannot open results disk '%s'", window->path);
    size = (uint64_t)st.st_size;
    if (offset > size || length > size - offset)
        return error_set(err, -EBADMSG, "results disk '%s': %llu bytes at %llu are beyond its %llu",
                         window->path, (unsigned long long)length, (unsigned long long)offset,
                         (unsigned long long)size);
    window->at = offset;
    window->end = length != 0 ? offset + length : size;
    return 0;
}

/* libarchive interprets 512 zero bytes as the end of an empty archive. */
static bool is_blank(struct window *window)
{
    char block[512];
    ssize_t got = pread(window->fd, block, sizeof(block), (off_t)window->at);

    if (got < 0)
        window->failed = -errno;
    for (ssize_t i = 0; i < got; i++)
        if (block[i] != 0)
            return false;
    return true;
}

/* Only names that have no meaning outside the archive. */
static bool name_is_good(const char *name)
{
    _cleanup_strv_ struct strv parts = {0};

    if (name == NULL || *name == '\0' || *name == '/' || strlen(name) > RESULTS_NAME_MAX)
        return false;
    for (const char *byte = name; *byte != '\0'; byte++)
        if (*byte <= ' ' || *byte > '~' || *byte == '\\')
            return false;
    strv_split(&parts, name, "/");
    for (size_t i = 0; i < parts.count; i++)
        if (text_equal(parts.items[i], "..") || text_equal(parts.items[i], "."))
            return false;
    return true;
}

static int refuse(const struct window *window, const char *name, const char *why,
                  struct error **err)
{
    _cleanup_buffer_ struct buffer safe = {0};

    name = name != NULL ? name : "(no name)";
    buffer_printable(&safe, name, strnlen(name, RESULTS_NAME_MAX), false);
    return error_set(err, -EBADMSG, "results disk '%s': entry '%s' is refused: %s", window->path,
                     safe.data != NULL ? safe.data : "", why);
}

static int archive_failed(struct archive *tar, const struct window *window, struct error **err)
{
    _cleanup_buffer_ struct buffer safe = {0};
    const char *said = archive_error_string(tar);

    if (window->failed < 0)
        return error_set_errno(err, window->failed, "cannot read results disk '%s'", window->path);
    said = said != NULL ? said : "no reason given";
    buffer_printable(&safe, said, strlen(said), false);
    return error_set(err, -EBADMSG, "results disk '%s' holds no complete tar here: %s",
                     window->path, safe.data);
}

static int check_entry(const struct window *window, struct archive_entry *entry, struct error **err)
{
    const char *name = archive_entry_pathname(entry);

    if (!name_is_good(name))
        return refuse(window, name,
                      "its name is absolute, holds '..', or bytes that are not plain text", err);
    if (archive_entry_hardlink(entry) != NULL || archive_entry_symlink(entry) != NULL)
        return refuse(window, name, "it is a link", err);
    if (archive_entry_filetype(entry) != AE_IFREG)
        return refuse(window, name, "it is not a regular file", err);
    if (archive_entry_sparse_count(entry) > 0)
        return refuse(window, name, "it is sparse", err);
    return 0;
}

/* Stores the beginning of the entry's data; the rest is read and discarded. The window limits its
 * size. */
static int read_data(struct archive *tar, const struct window *window, uint64_t limit,
                     struct buffer *data, bool *ret_truncated, struct error **err)
{
    char chunk[65536];
    la_ssize_t got;

    while ((got = archive_read_data(tar, chunk, sizeof(chunk))) > 0) {
        uint64_t room = limit - data->length;
        size_t keep = (uint64_t)got < room ? (size_t)got : (size_t)room;

        buffer_add(data, chunk, keep);
        if (keep < (size_t)got)
            *ret_truncated = true;
    }
    return got < 0 ? archive_failed(tar, window, err) : 0;
}

static int
read_entries(struct archive *tar, const struct window *window, const struct results_limits *limits,
             int (*each)(void *closure, const struct results_entry *entry, struct error **err),
             void *closure, struct error **err)
{
    uint64_t total = 0;
    struct archive_entry *header;

    for (unsigned count = 0;; count++) {
        _cleanup_buffer_ struct buffer data = {0};
        struct results_entry entry = {0};
        int code = archive_read_next_header(tar, &header);

        if (code == ARCHIVE_EOF)
            return 0;
        if (code != ARCHIVE_OK)
            return archive_failed(tar, window, err);
        if (archive_entry_filetype(header) == AE_IFDIR && count < limits->entries)
            continue;
        code = check_entry(window, header, err);
        if (code < 0)
            return code;
        entry.name = archive_entry_pathname(header);
        if (count >= limits->entries)
            return refuse(window, entry.name, "there are too many entries", err);
        if (total >= limits->total_bytes)
            return refuse(window, entry.name, "the archive is too large", err);
        code = read_data(tar, window,
                         limits->entry_bytes < limits->total_bytes - total
                             ? limits->entry_bytes
                             : limits->total_bytes - total,
                         &data, &entry.truncated, err);
        if (code < 0)
            return code;
        total += data.length;
        entry.data = data.data != NULL ? data.data : "";
        entry.length = data.length;
        code = each(closure, &entry, err);
        if (code < 0)
            return code;
    }
}

static int open_tar(struct window *window, struct archive **ret_tar, struct error **err)
{
    _cleanup_(archive_read_free_cleanup) struct archive *tar = archive_read_new();

    if (tar == NULL)
        text_out_of_memory();
    archive_read_support_filter_none(tar);
    archive_read_support_format_tar(tar);
    if (archive_read_open(tar, window, NULL, read_window, NULL) != ARCHIVE_OK)
        return archive_failed(tar, window, err);
    *ret_tar = steal_ptr(tar);
    return 0;
}

/* Reads from the archive's end to the end of the window. */
static int drain(struct archive *tar, struct window *window, struct error **err)
{
    const void *data;
    la_ssize_t got;

    do
        got = read_window(tar, window, &data);
    while (got > 0);
    return got < 0 ? archive_failed(tar, window, err) : 0;
}

int results_disk_read(const char *path, uint64_t offset, uint64_t length,
                      const struct results_limits *limits,
                      int (*each)(void *closure, const struct results_entry *entry,
                                  struct error **err),
                      void *closure, char *ret_sha256, struct error **err)
{
    _cleanup_free_ struct window *window = text_calloc(1, sizeof(*window));
    _cleanup_(archive_read_free_cleanup) struct archive *tar = NULL;
    int code;

    window->path = path;
    window->digest = ret_sha256 != NULL ? digest_new() : NULL;
    code = open_window(window, offset, length, err);
    if (code == 0 && is_blank(window))
        code = window->failed < 0
                   ? error_set_errno(err, window->failed, "cannot read results disk '%s'", path)
                   : error_set(err, -ENODATA,
                               "results disk '%s' is empty at %llu: the guest wrote nothing there",
                               path, (unsigned long long)offset);
    if (code == 0)
        code = open_tar(window, &tar, err);
    if (code == 0)
        code = read_entries(tar, window, limits, each, closure, err);
    if (code == 0 && window->digest != NULL)
        code = drain(tar, window, err);
    if (code == 0 && window->digest != NULL)
        digest_text(window->digest, ret_sha256);
    digest_free(window->digest);
    cleanup_close(&window->fd);
    return code;
}
