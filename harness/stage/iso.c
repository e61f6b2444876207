/* SPDX-License-Identifier: Apache-2.0 */
/* Makes a single pass over the image for each operation; names in it are checked before they are
 * used as paths. */
#include "stage/iso.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/text.h"

#define BLOCK (1 << 20)
#define METADATA_BYTES (UINT64_C(1) << 30) /* total size of all repositories' metadata */
#define DESCRIPTOR 0x8000 /* the first volume descriptor: sector 16 of 2048 bytes */

DEFINE_CLEANUP(struct archive *, archive_read_free)

struct taking {
    const char *folder;
    const struct strv *files; /* NULL: extract metadata */
    struct strv *repositories;
    uint64_t room;
    size_t taken;
};

bool iso_probe(const char *path)
{
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
    char id[5];

    return fd >= 0 && pread(fd, id, sizeof(id), DESCRIPTOR + 1) == (ssize_t)sizeof(id) &&
           memcmp(id, "CD001", sizeof(id)) == 0;
}

/* Relative, without "..", and without characters that dnf's configuration could misinterpret. */
static bool is_clean(const char *name)
{
    if (*name == '/' || *name == '\0' || strlen(name) > 512)
        return false;
    for (const char *p = name; *p != '\0'; p++)
        if ((unsigned char)*p <= ' ' || (unsigned char)*p == 127 || strchr("%$\\\"'", *p) != NULL)
            return false;
    return strcmp(name, "..") != 0 && !text_starts(name, "../") && strstr(name, "/../") == NULL &&
           !text_ends(name, "/..");
}

/* Length of the part before "repodata/FILE" including its slash (may be 0), or -1. */
static int repository_length(const char *name)
{
    const char *slash = strrchr(name, '/'), *at;
    static const char word[] = "repodata/";

    if (slash == NULL)
        return -1;
    at = slash + 1 - (sizeof(word) - 1);
    if (at < name || strncmp(at, word, sizeof(word) - 1) != 0 || (at > name && at[-1] != '/'))
        return -1;
    return (int)(at - name);
}

static bool is_wanted(struct taking *taking, const char *name)
{
    if (taking->files != NULL)
        return strv_has(taking->files, name);
    return repository_length(name) >= 0;
}

static int write_member(struct archive *archive, struct taking *taking, const char *name,
                        struct error **err)
{
    _cleanup_free_ char *path = path_join(taking->folder, name), *parent = text_dup(path);
    _cleanup_free_ char *block = text_calloc(BLOCK, 1);
    _cleanup_close_ int fd = -1;
    la_ssize_t got;
    int code;

    *strrchr(parent, '/') = '\0';
    code = path_make_folders(parent, false, err);
    if (code < 0)
        return code;
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (fd < 0)
        return error_set_errno(err, -errno, "cannot make '%s'", path);
    while ((got = archive_read_data(archive, block, BLOCK)) > 0) {
        if ((uint64_t)got > taking->room)
            return error_set(err, -EFBIG, "its repositories' descriptions exceed %llu MiB",
                             (unsigned long long)METADATA_BYTES >> 20);
        taking->room -= (uint64_t)got;
        if (write(fd, block, (size_t)got) != got)
            return error_set_errno(err, -errno, "cannot write '%s'", path);
    }
    return got < 0 ? error_set(err, -EBADMSG, "'%s' on it cannot be read: %s", name,
                               archive_error_string(archive))
                   : 0;
}

static void note_repository(struct taking *taking, const char *name)
{
    int length = repository_length(name);
    _cleanup_free_ char *folder = NULL;

    if (taking->repositories == NULL || strcmp(name + length, "repodata/repomd.xml") != 0)
        return;
    folder = text_format("%s/%.*s", taking->folder, length, name);
    strv_add(taking->repositories, folder);
}

static int take(const char *path, struct taking *taking, struct error **err)
{
    _cleanup_(archive_read_free_cleanup) struct archive *archive = archive_read_new();
    struct archive_entry *entry;
    int code = 0, status;

    if (archive == NULL)
        text_out_of_memory();
    archive_read_support_format_iso9660(archive);
    if (archive_read_open_filename(archive, path, BLOCK) != ARCHIVE_OK)
        return error_set(err, -EBADMSG, "it cannot be read: %s", archive_error_string(archive));
    while (code == 0 && (status = archive_read_next_header(archive, &entry)) == ARCHIVE_OK) {
        const char *name = archive_entry_pathname(entry);

        if (name != NULL && text_starts(name, "./"))
            name += 2;
        if (name == NULL || archive_entry_filetype(entry) != AE_IFREG || !is_clean(name) ||
            !is_wanted(taking, name))
            continue;
        code = write_member(archive, taking, name, err);
        if (code == 0) {
            taking->taken++;
            note_repository(taking, name);
        }
    }
    if (code == 0 && status != ARCHIVE_EOF)
        return error_set(err, -EBADMSG, "it cannot be read to its end: %s",
                         archive_error_string(archive));
    return code;
}

int iso_take_metadata(const char *path, const char *folder, struct strv *ret_repositories,
                      struct error **err)
{
    struct taking taking = {
        .folder = folder, .repositories = ret_repositories, .room = METADATA_BYTES};
    int code = path_remove_tree(folder, err);

    if (code == 0)
        code = take(path, &taking, err);
    if (code == 0 && ret_repositories->count == 0)
        code = error_set(err, -ENOENT, "it holds no repository (no repodata/repomd.xml)");
    return code < 0 ? error_prefix(err, "ISO image '%s'", path) : 0;
}

int iso_take_files(const char *path, const char *folder, const struct strv *files,
                   struct error **err)
{
    struct taking taking = {.folder = folder, .files = files, .room = UINT64_MAX};
    int code = take(path, &taking, err);

    for (size_t i = 0; code == 0 && taking.taken < files->count && i < files->count; i++) {
        _cleanup_free_ char *file = path_join(folder, files->items[i]);

        if (!path_exists(file))
            code = error_set(err, -ENOENT, "it does not hold '%s', which its own list names",
                             files->items[i]);
    }
    return code < 0 ? error_prefix(err, "ISO image '%s'", path) : 0;
}
