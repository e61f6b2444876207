/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Collects the files that a case left for the host: its report, and its artifacts. Only regular
 * files are read; the number of files, the bytes, the depth and the entries that are looked at are
 * limited, and what is left out is counted. README.md describes the format.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inside/inside.h"

enum {
    DEPTH_MAX = 16,
    ENTRIES_MAX = 20000, /* looked at in all folders together */
    PATH_BYTES = 1024,
};

struct collection {
    struct stream *to;
    size_t files, files_max, entries;
    unsigned long long left_files, left_bytes; /* beyond files_max */
};

static void add(struct collection *all, const void *data, size_t length)
{
    struct stream *to = all->to;
    char *grown = realloc(to->data, to->kept + length + 1);

    /* The host rejects a collection that is cut. */
    if (grown == NULL)
        return;
    memcpy(grown + to->kept, data, length);
    to->data = grown;
    to->kept += length;
}

/* left_files: number of files that the entry stands for and that are left out. */
static void add_head(struct collection *all, const char *name, size_t size,
                     unsigned long long left_files, unsigned long long left_bytes)
{
    char head[100];
    int length = snprintf(head, sizeof(head), "%zu %zu %llu %llu\n", strlen(name), size, left_files,
                          left_bytes);

    add(all, head, (size_t)length);
    add(all, name, strlen(name));
}

/* Reads a whole file of `size` bytes; NULL: it cannot be read, or has become shorter. */
static char *read_whole(int fd, size_t size)
{
    char *data = malloc(size + 1);
    size_t done = 0;

    while (data != NULL && done < size) {
        ssize_t got = read(fd, data + done, size - done);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            free(data);
            return NULL;
        }
        done += (size_t)got;
    }
    return data;
}

/* A file is transferred as a whole or not at all. */
static void add_file(struct collection *all, int fd, const struct stat *st, const char *name)
{
    size_t size = st->st_size > 0 ? (size_t)st->st_size : 0;
    char *data = NULL;

    if (all->files >= all->files_max) {
        all->left_files++;
        all->left_bytes += size;
        return;
    }
    all->files++;
    if (all->to->kept + size + strlen(name) + 100 <= all->to->limit)
        data = read_whole(fd, size);
    add_head(all, name, data != NULL ? size : 0, data == NULL, data == NULL ? size : 0);
    if (data != NULL)
        add(all, data, size);
    free(data);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void walk(struct collection *all, int folder, const char *name, unsigned depth);

static void visit(struct collection *all, int folder, const char *entry, const char *name,
                  unsigned depth)
{
    /* O_NONBLOCK: a FIFO must not make the runner wait. */
    int fd = openat(folder, entry, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat st;

    if (fd < 0 || fstat(fd, &st) < 0 || (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)) ||
        strlen(name) >= PATH_BYTES || depth > DEPTH_MAX) {
        all->left_files++;
        if (fd >= 0)
            close(fd);
        return;
    }
    if (S_ISDIR(st.st_mode)) {
        walk(all, fd, name, depth + 1); /* closes it */
        return;
    }
    add_file(all, fd, &st, name);
    close(fd);
}

/* Visits a folder in the order of the names; closes it. */
static void walk(struct collection *all, int folder, const char *name, unsigned depth)
{
    DIR *list = fdopendir(folder);
    const struct dirent *entry;
    char **names = NULL;
    size_t count = 0;

    if (list == NULL) {
        close(folder);
        return;
    }
    while ((entry = readdir(list)) != NULL) {
        char **grown;

        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (all->entries++ >= ENTRIES_MAX) {
            all->left_files++;
            continue;
        }
        grown = realloc(names, (count + 1) * sizeof(*names));
        if (grown == NULL)
            break;
        names = grown;
        names[count] = strdup(entry->d_name);
        if (names[count] != NULL)
            count++;
    }
    if (count > 0)
        qsort(names, count, sizeof(*names), by_name);
    for (size_t i = 0; i < count; i++) {
        char path[PATH_BYTES + 300];

        snprintf(path, sizeof(path), "%s%s%s", name, name[0] != '\0' ? "/" : "", names[i]);
        visit(all, dirfd(list), names[i], path, depth);
        free(names[i]);
    }
    free(names);
    closedir(list);
}

void collect(const char *path, size_t limit, size_t files, struct stream *to)
{
    struct collection all = {.to = to, .files_max = files};
    struct stat st;
    int fd;

    to->limit = limit;
    if (lstat(path, &st) < 0)
        return;
    fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd >= 0 && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
        walk(&all, fd, "", 1);
    } else if (fd >= 0 && S_ISREG(st.st_mode)) {
        add_file(&all, fd, &st, "");
        close(fd);
    } else {
        all.left_files++;
        if (fd >= 0)
            close(fd);
    }
    if (all.left_files > 0)
        add_head(&all, "", 0, all.left_files, all.left_bytes);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
    (void)st;
    (void)kind;
    (void)where;
    remove(path);
    return 0;
}

void collect_clear(const char *path)
{
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}
