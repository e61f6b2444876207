/* SPDX-License-Identifier: Apache-2.0 */
/* Lists and reads the folder of a certificate. */
#include "certificate/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "model/bounds.h"

enum { CHUNK = 64 << 10 };

const char *const folder_places[FOLDER_PLACES] = {"", "evidence", "images", "reports", "results"};

void folder_done(struct folder *folder)
{
    free(folder->path);
    for (int i = 0; i < FOLDER_PLACES; i++)
        if (folder->path != NULL && folder->fds[i] >= 0)
            close(folder->fds[i]);
    vec_foreach (file, &folder->files)
        free(file->name);
    vec_done(&folder->files);
    text_map_done(&folder->by_name);
}

/* -1: none of its folders has this name. */
static int find_place(const char *name, size_t length)
{
    for (int i = 1; i < FOLDER_PLACES; i++)
        if (strlen(folder_places[i]) == length && strncmp(folder_places[i], name, length) == 0)
            return i;
    return -1;
}

static bool is_plain(const char *name)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
    size_t length = strlen(name);

    return length > 0 && length <= FOLDER_NAME_MAX && strchr(letters, name[0]) != NULL &&
           strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.+-") ==
               length;
}

bool folder_is_name(const char *name)
{
    const char *slash = strchr(name, '/');

    if (slash == NULL)
        return is_plain(name) && find_place(name, strlen(name)) < 0;
    return find_place(name, (size_t)(slash - name)) > 0 && is_plain(slash + 1);
}

static char *full_name(unsigned place, const char *name)
{
    return place == 0 ? text_dup(name) : text_format("%s/%s", folder_places[place], name);
}

static int list_place(struct folder *folder, unsigned place, struct problems *problems,
                      struct error **err);

/* A folder of it: opened once, so that nobody can exchange it for a link later. */
static int enter(struct folder *folder, const char *name, struct problems *problems,
                 struct error **err)
{
    int place = find_place(name, strlen(name));

    if (place < 0) {
        problems_add(problems, PROBLEM_KIND, name, "a certificate has no such folder");
        return 0;
    }
    folder->fds[place] =
        openat(folder->fds[0], name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder->fds[place] < 0)
        return error_set_errno(err, -errno, "cannot open '%s/%s'", folder->path, name);
    return list_place(folder, (unsigned)place, problems, err);
}

static uint64_t size_limit(unsigned place)
{
    return strcmp(folder_places[place], "evidence") == 0 ? BUNDLE_BLOB_LIMIT : FOLDER_FILE_MAX;
}

static int add_entry(struct folder *folder, unsigned place, const char *entry,
                     struct problems *problems, struct error **err)
{
    _cleanup_free_ char *name = full_name(place, entry);
    struct folder_file *file;
    struct stat st;

    if (fstatat(folder->fds[place], entry, &st, AT_SYMLINK_NOFOLLOW) < 0)
        return error_set_errno(err, -errno, "cannot read '%s/%s'", folder->path, name);
    if (S_ISDIR(st.st_mode) && place == 0)
        return enter(folder, entry, problems, err);
    if (!S_ISREG(st.st_mode))
        problems_add(problems, PROBLEM_KIND, name, "it is a %s, and a certificate has only files",
                     S_ISLNK(st.st_mode)   ? "symbolic link"
                     : S_ISDIR(st.st_mode) ? "folder"
                                           : "special file");
    else if (!folder_is_name(name))
        problems_add(problems, PROBLEM_NAME, name, "no file of a certificate has such a name");
    else if ((uint64_t)st.st_size > size_limit(place))
        problems_add(problems, PROBLEM_SIZE, name, "it is larger than a file of one can be");
    else {
        file = vec_add(&folder->files);
        file->name = steal_ptr(name);
        file->place = place;
        file->size = (uint64_t)st.st_size;
        folder->bytes += file->size;
    }
    return 0;
}

static int list_place(struct folder *folder, unsigned place, struct problems *problems,
                      struct error **err)
{
    int fd = fcntl(folder->fds[place], F_DUPFD_CLOEXEC, 0), code = 0;
    _cleanup_closedir_ DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    const struct dirent *entry;

    if (dir == NULL) {
        code =
            error_set_errno(err, -errno, "cannot read '%s/%s'", folder->path, folder_places[place]);
        if (fd >= 0)
            close(fd);
        return code;
    }
    while (code == 0 && (errno = 0, entry = readdir(dir)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (folder->files.count >= FOLDER_FILES_MAX || folder->bytes > FOLDER_BYTES_MAX) {
            problems_add(problems, PROBLEM_SIZE, NULL, "it has more than %d files or %llu GiB",
                         FOLDER_FILES_MAX, (unsigned long long)(FOLDER_BYTES_MAX >> 30));
            return 0;
        }
        code = add_entry(folder, place, entry->d_name, problems, err);
    }
    return code == 0 && errno != 0 ? error_set_errno(err, -errno, "cannot read '%s/%s'",
                                                     folder->path, folder_places[place])
                                   : code;
}

static int compare_files(const void *a, const void *b)
{
    return strcmp(((const struct folder_file *)a)->name, ((const struct folder_file *)b)->name);
}

int folder_open(const char *path, struct folder *ret_folder, struct problems *problems,
                struct error **err)
{
    _cleanup_(folder_done) struct folder folder = {.path = text_dup(path)};
    int code;

    for (int i = 1; i < FOLDER_PLACES; i++)
        folder.fds[i] = -1;
    folder.fds[0] = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder.fds[0] < 0)
        return errno == ENOENT || errno == ENOTDIR
                   ? error_set(err, -EINVAL,
                               "'%s' is not a folder: give the folder of a certificate", path)
                   : error_set_errno(err, -errno, "cannot open '%s'", path);
    code = list_place(&folder, 0, problems, err);
    if (code < 0)
        return code;
    if (folder.files.count > 0)
        qsort(folder.files.items, folder.files.count, sizeof(*folder.files.items), compare_files);
    for (size_t i = 0; i < folder.files.count; i++)
        text_map_put(&folder.by_name, folder.files.items[i].name, (uint32_t)i);
    *ret_folder = folder;
    memset(&folder, 0, sizeof(folder));
    return 0;
}

struct folder_file *folder_find(const struct folder *folder, const char *name)
{
    uint32_t at = text_map_get(&folder->by_name, name);

    return at != TEXT_MAP_NONE ? &folder->files.items[at] : NULL;
}

static int was_exchanged(const struct folder *folder, const struct folder_file *file,
                         struct error **err)
{
    return error_set(err, -EIO, "'%s/%s' was modified while it was read: try again", folder->path,
                     file->name);
}

/* Reads the file, also into another digest. It may have been exchanged since it was listed, but not
 * for a link. */
static int stream(const struct folder *folder, struct folder_file *file, uint64_t limit,
                  struct buffer *to, struct digest *other, struct error **err)
{
    const char *base = file->place == 0 ? file->name : strchr(file->name, '/') + 1;
    _cleanup_close_ int fd = openat(folder->fds[file->place], base,
                                    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    _cleanup_(digest_free_cleanup) struct digest *digest = digest_new();
    char chunk[CHUNK], sha256[DIGEST_TEXT_SIZE];
    uint64_t done = 0;
    struct stat st;
    ssize_t got;

    if (fd < 0 || fstat(fd, &st) < 0)
        return error_set_errno(err, -errno, "cannot read '%s/%s'", folder->path, file->name);
    if (!S_ISREG(st.st_mode))
        return was_exchanged(folder, file, err);
    while ((got = read(fd, chunk, sizeof(chunk))) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_set_errno(err, -errno, "cannot read '%s/%s'", folder->path, file->name);
        done += (uint64_t)got;
        if (done > limit)
            return was_exchanged(folder, file, err);
        digest_add(digest, chunk, (size_t)got);
        if (to != NULL)
            buffer_add(to, chunk, (size_t)got);
        if (other != NULL)
            digest_add(other, chunk, (size_t)got);
    }
    digest_text(digest, sha256);
    if (file->sha256[0] != '\0' && strcmp(file->sha256, sha256) != 0)
        return was_exchanged(folder, file, err);
    memcpy(file->sha256, sha256, sizeof(file->sha256));
    file->size = done;
    return 0;
}

int folder_read(const struct folder *folder, struct folder_file *file, size_t limit,
                struct buffer *ret_data, struct problems *problems, struct error **err)
{
    if (file->size > limit) {
        problems_add(problems, PROBLEM_SIZE, file->name, "it is larger than %zu bytes", limit);
        return error_set(err, -EFBIG, "'%s' is larger than %zu bytes", file->name, limit);
    }
    return stream(folder, file, limit, ret_data, NULL, err);
}

int folder_digest(const struct folder *folder, struct folder_file *file, struct error **err)
{
    return file->sha256[0] != '\0' ? 0 : stream(folder, file, FOLDER_FILE_MAX, NULL, NULL, err);
}

int folder_sm3(const struct folder *folder, struct folder_file *file,
               char ret_sm3[DIGEST_TEXT_SIZE], struct error **err)
{
    _cleanup_(digest_free_cleanup) struct digest *digest = digest_new_sm3();
    int code = stream(folder, file, FOLDER_FILE_MAX, NULL, digest, err);

    if (code == 0)
        digest_text(digest, ret_sm3);
    return code;
}
