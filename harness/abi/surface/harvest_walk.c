/* SPDX-License-Identifier: Apache-2.0 */
/* Walks a root folder. Of most files, only names and modes are examined. */
#include "abi/surface/harvest_walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abi/settings/settings.h"
#include "abi/surface/harvest.h"
#include "base/cleanup.h"
#include "base/error.h"

#define DEPTH_MAX 64

struct walk {
    struct harvest_queue *queue;
    const char *folder;
    char path[HARVEST_PATH_MAX];
    size_t entries, prefix;
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

/* The next slot, with the path that the walk is at. */
static struct found *slot(struct walk *walk, enum found_kind kind)
{
    struct found *found = harvest_queue_slot(walk->queue);

    found->kind = kind;
    memcpy(found->path, walk->path, strlen(walk->path) + 1);
    return found;
}

static void add_plain(struct walk *walk, const char *head, size_t length, bool damaged)
{
    struct found *found = slot(walk, FOUND_PLAIN);

    memcpy(found->text, head, length);
    found->length = length;
    found->damaged = damaged;
    harvest_queue_push(walk->queue);
}

/* The pages of the tables that are read next are fetched here, one access for what the kernel maps
 * around it. */
static void fetch(const struct elf_file *file)
{
    const struct elf_range *ranges[] = {&file->symtab, &file->strtab, &file->rela, &file->jmprel};

    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
        for (uint64_t at = 0; at < ranges[i]->size; at += 65536)
            (void)*(const volatile uint8_t *)(file->data + ranges[i]->offset + at);
}

static void add_elf(struct walk *walk, int fd, const struct stat *st)
{
    void *map = mmap(NULL, (size_t)st->st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    struct found *found;

    if (map == MAP_FAILED)
        return;
    found = slot(walk, FOUND_ELF);
    found->map = map;
    found->size = (size_t)st->st_size;
    found->linked = st->st_nlink > 1;
    found->device = st->st_dev;
    found->inode = st->st_ino;
    found->damaged = elf_file_open(&found->file, map, found->size, found->path, NULL) < 0;
    if (!found->damaged)
        fetch(&found->file);
    harvest_queue_push(walk->queue);
}

static void take_file(struct walk *walk, int folder, const char *name)
{
    _cleanup_close_ int fd =
        openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    char head[256];
    struct stat st;
    ssize_t got;

    /* Of a file that may not be read, its existence is known. */
    if (fd < 0 && errno == EACCES)
        add_plain(walk, "", 0, false);
    if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
        return;
    got = pread(fd, head, sizeof(head), 0);
    if (got < 0)
        return;
    if (got < 4)
        head[0] = '\0';
    if (memcmp(head, "\177ELF", 4) == 0 && (uint64_t)st.st_size <= HARVEST_FILE_MAX)
        add_elf(walk, fd, &st);
    else
        add_plain(walk, head, head[0] == '#' ? (size_t)got : 0, memcmp(head, "\177ELF", 4) == 0);
}

static void add_unread(struct walk *walk, const char *problem)
{
    struct found *found = slot(walk, FOUND_UNREAD);

    snprintf(found->text, sizeof(found->text), "%s", problem);
    harvest_queue_push(walk->queue);
}

/* A file of settings that cannot be read leaves its settings unknown; any other one the image. */
static int cannot_read(struct walk *walk, int code, struct error **err)
{
    if (!settings_wants(walk->path + walk->prefix))
        return error_set_errno(err, code, "cannot read '%s%s'", walk->folder, walk->path);
    add_unread(walk, code == -EACCES ? "may not be read by this user" : "cannot be read");
    return 0;
}

static int too_large(struct walk *walk, bool setting, struct error **err)
{
    if (!setting)
        return error_set(err, -EFBIG, "'%s%s' exceeds the limit of %llu bytes", walk->folder,
                         walk->path, (unsigned long long)HARVEST_FACT_MAX);
    add_unread(walk, HARVEST_TOO_LARGE);
    return 0;
}

static int take_fact(struct walk *walk, int folder, const char *name, struct error **err)
{
    _cleanup_close_ int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    _cleanup_buffer_ struct buffer data = {0};
    bool setting = settings_wants(walk->path + walk->prefix);
    size_t limit = setting ? SETTINGS_FILE_MAX : HARVEST_FACT_MAX;
    char chunk[65536];
    struct found *found;
    ssize_t got;

    if (fd < 0)
        return errno == ELOOP || errno == ENOENT ? 0 : cannot_read(walk, -errno, err);
    while ((got = read(fd, chunk, sizeof(chunk))) > 0) {
        if (data.length + (size_t)got > limit)
            return too_large(walk, setting, err);
        buffer_add(&data, chunk, (size_t)got);
    }
    if (got < 0)
        return cannot_read(walk, -errno, err);
    found = slot(walk, FOUND_FACT);
    found->data = data;
    data = (struct buffer){0};
    harvest_queue_push(walk->queue);
    return 0;
}

static void take_link(struct walk *walk, int folder, const char *name)
{
    char target[HARVEST_PATH_MAX];
    ssize_t length = readlinkat(folder, name, target, sizeof(target) - 1);
    struct found *found;

    if (length <= 0)
        return;
    target[length] = '\0';
    found = slot(walk, FOUND_LINK);
    memcpy(found->text, target, (size_t)length + 1);
    harvest_queue_push(walk->queue);
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
        slot(walk, FOUND_FOLDER);
        harvest_queue_push(walk->queue);
        return walk_folder(walk, fd, length, depth + 1, err);
    }
    if (type != DT_REG && type != DT_LNK && settings_wants(walk->path + walk->prefix))
        add_unread(walk, HARVEST_NO_FILE);
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
        if (length + name + 2 > HARVEST_PATH_MAX)
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

int harvest_walk(struct harvest_queue *queue, const char *folder, int fd, const char *prefix,
                 struct error **err)
{
    struct walk walk = {.queue = queue, .folder = folder, .prefix = strlen(prefix)};
    int code;

    memcpy(walk.path, prefix, walk.prefix);
    code = walk_folder(&walk, fd, walk.prefix, 0, err);
    slot(&walk, FOUND_END);
    harvest_queue_push(queue);
    return code;
}
