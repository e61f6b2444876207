/* SPDX-License-Identifier: Apache-2.0 */
/* Walks a root folder. Of most files, only names and modes are examined. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abi/surface/harvest.h"
#include "base/cleanup.h"
#include "base/error.h"

#define DEPTH_MAX 64
#define PATH_LIMIT 4096

struct inode {
    uint64_t device, number;
    uint32_t object;
};

struct walk {
    struct harvest *harvest;
    char path[PATH_LIMIT];
    size_t entries, prefix;
    VEC(struct inode) linked; /* files with several hard links that were already read */
    const char *folder;
};

/* Kernel file systems, and folders that contain data but no programs. */
static bool is_skipped(const char *path)
{
    static const char *const skipped[] = {"/proc",
                                          "/sys",
                                          "/dev",
                                          "/run",
                                          "/tmp",
                                          "/var/tmp",
                                          "/var/cache",
                                          "/lost+found",
                                          "/usr/share/doc",
                                          "/usr/share/man",
                                          "/usr/share/locale",
                                          "/usr/share/info",
                                          "/usr/share/icons",
                                          "/usr/share/zoneinfo",
                                          "/usr/share/help",
                                          "/usr/include"};

    for (size_t i = 0; i < sizeof(skipped) / sizeof(skipped[0]); i++)
        if (strcmp(path, skipped[i]) == 0)
            return true;
    return false;
}

/* Files with these names are never programs: checking their modes would take most of the time. */
static bool is_data_name(const char *name)
{
    static const char *const endings[] = {
        ".h",   ".hpp", ".gz",  ".mo",   ".html", ".png",   ".svg", ".pyc", ".txt",  ".md",
        ".css", ".ttf", ".xml", ".json", ".pc",   ".cmake", ".a",   ".o",   ".list", ".md5sums"};
    const char *dot = strrchr(name, '.');

    for (size_t i = 0; dot != NULL && i < sizeof(endings) / sizeof(endings[0]); i++)
        if (strcmp(dot, endings[i]) == 0)
            return true;
    return false;
}

static void take_linked(struct walk *walk, const struct stat *st, uint32_t object)
{
    if (st->st_nlink > 1 && object != SURFACE_NONE)
        *vec_add(&walk->linked) = (struct inode){st->st_dev, st->st_ino, object};
}

static bool taken_before(struct walk *walk, const struct stat *st)
{
    if (st->st_nlink < 2)
        return false;
    vec_foreach (inode, &walk->linked)
        if (inode->number == st->st_ino && inode->device == st->st_dev) {
            surface_builder_path(walk->harvest->builder, walk->path, PATH_OBJECT, inode->object);
            return true;
        }
    return false;
}

static void take_file(struct walk *walk, int folder, const char *name)
{
    _cleanup_close_ int fd =
        openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    char head[256];
    uint32_t object;
    struct stat st;
    ssize_t got;
    void *map;

    /* Of a file that may not be read, its existence is known. */
    if (fd < 0 && errno == EACCES)
        harvest_take_file(walk->harvest, walk->path, "", 0, NULL);
    if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || taken_before(walk, &st))
        return;
    got = pread(fd, head, sizeof(head), 0);
    if (got < 0)
        return;
    if (got < 4)
        head[0] = '\0';
    if (memcmp(head, "\177ELF", 4) != 0 || (uint64_t)st.st_size > HARVEST_FILE_MAX) {
        if (memcmp(head, "\177ELF", 4) == 0)
            walk->harvest->damaged++;
        harvest_take_file(walk->harvest, walk->path, head[0] == '#' ? head : "",
                          head[0] == '#' ? (size_t)got : 0, NULL);
        return;
    }
    map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (map == MAP_FAILED)
        return;
    harvest_take_file(walk->harvest, walk->path, map, (size_t)st.st_size, &object);
    munmap(map, (size_t)st.st_size);
    take_linked(walk, &st, object);
}

static int take_fact(struct walk *walk, int folder, const char *name, struct error **err)
{
    _cleanup_close_ int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    _cleanup_buffer_ struct buffer data = {0};
    char chunk[65536];
    ssize_t got;

    if (fd < 0)
        return errno == ELOOP || errno == ENOENT
                   ? 0
                   : error_set_errno(err, -errno, "cannot read '%s%s'", walk->folder, walk->path);
    while ((got = read(fd, chunk, sizeof(chunk))) > 0) {
        if (data.length + (size_t)got > HARVEST_FACT_MAX)
            return error_set(err, -EFBIG, "'%s%s' exceeds the limit of %llu bytes", walk->folder,
                             walk->path, (unsigned long long)HARVEST_FACT_MAX);
        buffer_add(&data, chunk, (size_t)got);
    }
    if (got < 0)
        return error_set_errno(err, -errno, "cannot read '%s%s'", walk->folder, walk->path);
    harvest_take_fact(walk->harvest, walk->path, &data);
    return 0;
}

static void take_link(struct walk *walk, int folder, const char *name)
{
    char target[PATH_LIMIT];
    ssize_t length = readlinkat(folder, name, target, sizeof(target) - 1);

    if (length <= 0)
        return;
    target[length] = '\0';
    harvest_take_link(walk->harvest, walk->path, target);
}

static int walk_folder(struct walk *walk, int fd, size_t length, int depth, struct error **err);

static int take_entry(struct walk *walk, int folder, const char *name, unsigned char type,
                      size_t length, int depth, struct error **err)
{
    struct stat st;

    if (type == DT_UNKNOWN) {
        if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
            return 0;
        type = S_ISDIR(st.st_mode)   ? DT_DIR
               : S_ISLNK(st.st_mode) ? DT_LNK
               : S_ISREG(st.st_mode) ? DT_REG
                                     : DT_UNKNOWN;
    }
    if (type == DT_LNK)
        take_link(walk, folder, name);
    if (type == DT_DIR) {
        int fd;

        if (is_skipped(walk->path + walk->prefix) || depth >= DEPTH_MAX)
            return 0;
        fd = openat(folder, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
        if (fd < 0)
            return error_set_errno(err, -errno, "cannot open folder '%s%s'", walk->folder,
                                   walk->path);
        harvest_take_folder(walk->harvest, walk->path);
        return walk_folder(walk, fd, length, depth + 1, err);
    }
    if (type != DT_REG)
        return 0;
    if (harvest_wants_fact(walk->path))
        return take_fact(walk, folder, name, err);
    if (harvest_wants_file(walk->path, 0) ||
        (!is_data_name(name) && fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
         harvest_wants_file(walk->path, st.st_mode)))
        take_file(walk, folder, name);
    return 0;
}

static int walk_folder(struct walk *walk, int fd, size_t length, int depth, struct error **err)
{
    _cleanup_closedir_ DIR *dir = fdopendir(fd);
    const struct dirent *entry;
    int code = 0;

    if (dir == NULL) {
        close(fd);
        return error_set_errno(err, -errno, "cannot read folder '%s%s'", walk->folder, walk->path);
    }
    while (code == 0 && (entry = readdir(dir)) != NULL) {
        size_t name = strlen(entry->d_name);

        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (length + name + 2 > PATH_LIMIT)
            continue;
        if (++walk->entries > HARVEST_ENTRIES_MAX)
            return error_set(err, -EFBIG, "'%s' has more than %d entries", walk->folder,
                             HARVEST_ENTRIES_MAX);
        walk->path[length] = '/';
        memcpy(walk->path + length + 1, entry->d_name, name + 1);
        code = take_entry(walk, dirfd(dir), entry->d_name, entry->d_type, length + 1 + name, depth,
                          err);
    }
    walk->path[length] = '\0';
    return code;
}

static bool has_packages(const struct harvest *harvest)
{
    vec_foreach (fact, &harvest->facts)
        if (text_ends(fact->path, "/rpmdb.sqlite"))
            return true;
    return harvest_fact(harvest, "/var/lib/dpkg/status") != NULL;
}

int harvest_root(struct harvest *harvest, const char *folder, struct error **err)
{
    struct walk walk = {.harvest = harvest, .folder = folder};
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), code;

    if (fd < 0)
        return error_set_errno(err, -errno, "cannot open root folder '%s'", folder);
    if (harvest->prefix != NULL)
        walk.prefix = strlen(harvest->prefix);
    if (walk.prefix >= 256) {
        close(fd);
        return error_set(err, -EINVAL, "prefix '%s' is longer than 255 bytes", harvest->prefix);
    }
    memcpy(walk.path, harvest->prefix != NULL ? harvest->prefix : "", walk.prefix);
    code = walk_folder(&walk, fd, walk.prefix, 0, err);
    vec_done(&walk.linked);
    if (code == 0 && harvest->objects == 0 && !has_packages(harvest))
        code = error_set(err, -EINVAL,
                         "'%s' contains no program and no library; give the folder that contains "
                         "usr/lib or lib64",
                         folder);
    return code < 0 ? code : harvest_finish(harvest, folder, err);
}
