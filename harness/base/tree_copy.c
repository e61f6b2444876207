/* SPDX-License-Identifier: Apache-2.0 */
/* The digest and the copy of a tree. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/copy.h"
#include "base/error.h"
#include "base/path.h"
#include "base/text.h"
#include "base/tree.h"

#define BLOCK 65536

static void add_number(struct digest *digest, uint64_t number)
{
    unsigned char bytes[8];

    for (int i = 0; i < 8; i++)
        bytes[i] = (unsigned char)(number >> (8 * i));
    digest_add(digest, bytes, sizeof(bytes));
}

/* Adds one block at offset `at`, a multiple of BLOCK. */
static int add_block(struct digest *digest, int fd, uint64_t at, uint64_t size)
{
    static const char zeros[BLOCK];
    size_t wanted = size - at < BLOCK ? (size_t)(size - at) : BLOCK, have = 0;
    char block[BLOCK];

    while (have < wanted) {
        ssize_t got = pread(fd, block + have, wanted - have, (off_t)(at + have));

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got < 0 ? -errno : -EIO;
        have += (size_t)got;
    }
    if (memcmp(block, zeros, wanted) == 0)
        return 0;
    add_number(digest, at);
    digest_add(digest, block, wanted);
    return 0;
}

static int digest_of_blocks(const struct tree_entry *entry, char hex[DIGEST_TEXT_SIZE],
                            struct error **err)
{
    _cleanup_(digest_free_cleanup) struct digest *digest = digest_new();
    _cleanup_close_ int fd = open(entry->path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    struct copy_extent extent = {0};
    uint64_t at = 0;
    int code = fd < 0 ? -errno : 1;

    while (code > 0 && (code = copy_next_extent(fd, at, entry->size, &extent)) > 0) {
        at = extent.start / BLOCK * BLOCK;
        for (int added = 0; at < extent.end; at += BLOCK) {
            added = add_block(digest, fd, at, entry->size);
            if (added < 0)
                return error_set_errno(err, added, "cannot read '%s'", entry->path);
        }
    }
    if (code < 0)
        return error_set_errno(err, code, "cannot read '%s'", entry->path);
    add_number(digest, entry->size);
    digest_text(digest, hex);
    return 0;
}

/* Where lines go; either may be NULL. */
struct lines {
    struct digest *digest;
    struct buffer *text;
};

static void add_line(struct lines *to, const char *hex, char mark, const char *name)
{
    _cleanup_buffer_ struct buffer line = {0};
    bool escape = strchr(name, '\n') != NULL;

    buffer_format(&line, "%s%s %c /", escape ? "\\" : "", hex, mark);
    for (const char *at = name; *at != '\0'; at++)
        if (escape && (*at == '\n' || *at == '\\'))
            buffer_add(&line, *at == '\n' ? "\\n" : "\\\\", 2);
        else
            buffer_add(&line, at, 1);
    buffer_add(&line, "\n", 1);
    if (to->digest != NULL)
        digest_add(to->digest, line.data, line.length);
    if (to->text != NULL)
        buffer_add(to->text, line.data, line.length);
}

static int digest_entry(void *context, const struct tree_entry *entry, struct error **err)
{
    bool executable = (entry->mode & 0100) != 0, large = entry->size > TREE_WHOLE_DIGEST_MAX;
    char hex[DIGEST_TEXT_SIZE];
    int code = 0;

    if (entry->kind == TREE_FOLDER)
        return 0;
    if (entry->kind == TREE_LINK) {
        digest_of_memory(entry->target, strlen(entry->target), hex);
        add_line(context, hex, 'l', entry->name);
        return 0;
    }
    code = large ? digest_of_blocks(entry, hex, err) : digest_of_file(entry->path, hex, NULL, err);
    if (code == 0)
        add_line(context, hex,
                 large        ? executable ? 'X' : '='
                 : executable ? 'x'
                              : '-',
                 entry->name);
    return code;
}

int tree_digest(const char *folder, char hex[DIGEST_TEXT_SIZE], struct error **err)
{
    _cleanup_(digest_free_cleanup) struct digest *digest = digest_new();
    struct lines to = {.digest = digest};
    int code = tree_walk(folder, false, digest_entry, &to, err);

    if (code == 0)
        digest_text(digest, hex);
    return code;
}

int tree_lines(const char *folder, struct buffer *ret_lines, struct error **err)
{
    struct lines to = {.text = ret_lines};

    return tree_walk(folder, false, digest_entry, &to, err);
}

/* Syncing each file takes minutes for a product with many files; for a few files it is faster than
 * syncing the whole file system. */
enum { FSYNC_MAX = 500 };

struct copy {
    const char *to;
    size_t files;
};

/* If holes are not reported, the whole file must be read, for example for the digest before each
 * job. */
static bool keeps_holes(const struct tree_entry *entry, int fd)
{
    uint64_t data = 0;

    return entry->size <= TREE_WHOLE_DIGEST_MAX || entry->data > entry->size / 2 ||
           copy_data_bytes(fd, entry->size, &data) < 0 || data < entry->size;
}

static int copy_file(struct copy *copy, const struct tree_entry *entry, const char *to,
                     struct error **err)
{
    static const int how = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC;
    _cleanup_close_ int from = open(entry->path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC), fd = -1;
    int code;

    if (from < 0)
        return error_set_errno(err, -errno, "cannot open '%s'", entry->path);
    fd = open(to, how, 0644);
    if (fd < 0 || fchmod(fd, (entry->mode & 0100) != 0 ? 0755 : 0644) < 0)
        return error_set_errno(err, -errno, "cannot write '%s'", to);
    code = copy_content(from, fd);
    if (code == 0 && !keeps_holes(entry, fd))
        return error_set(err, -EIO,
                         "'%s' is a file of %llu GiB with holes, and the file system of '%s' does "
                         "not report where they are: remove it, or set TOUCHSTONE_HOME to a file "
                         "system that does (ext4, XFS, btrfs, tmpfs)",
                         entry->path, (unsigned long long)(entry->size >> 30), copy->to);
    if (code == 0 && ++copy->files <= FSYNC_MAX && fsync(fd) < 0)
        code = -errno;
    return code < 0 ? error_set_errno(err, code, "cannot copy '%s' to '%s'", entry->path, to) : 0;
}

static int copy_entry(void *context, const struct tree_entry *entry, struct error **err)
{
    struct copy *copy = context;
    _cleanup_free_ char *to = path_join(copy->to, entry->name);

    if (entry->kind == TREE_FOLDER)
        return path_make_folders(to, false, err);
    if (entry->kind == TREE_FILE)
        return copy_file(copy, entry, to, err);
    if (symlink(entry->target, to) < 0 && errno != EEXIST)
        return error_set_errno(err, -errno, "cannot make link '%s'", to);
    return 0;
}

int tree_copy(const char *folder, const char *to, struct error **err)
{
    struct copy copy = {.to = to};
    _cleanup_close_ int fd = -1;
    int code = path_make_folders(to, false, err);

    if (code == 0)
        code = tree_walk(folder, false, copy_entry, &copy, err);
    if (code < 0 || copy.files <= FSYNC_MAX)
        return code == 0 ? path_sync(to, err) : code;
    fd = open(to, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || syncfs(fd) < 0)
        return error_set_errno(err, -errno, "cannot write '%s' to disk", to);
    return 0;
}
