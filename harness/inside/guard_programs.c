/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The image's own programs and libraries: those that interpret a case's script, and those that the
 * script calls. A file belongs to the image while its ctime, which nothing in a guest can set, is
 * older than the start of the cases; a file that is written, replaced or hidden no longer
 * qualifies. New files and links are ignored, because products add them.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inside/guard.h"

/* Their paths, each with its NUL. Whoever changes it gains nothing: the checksum that the host
 * keeps covers paths and stamps, and the folders are listed again when it differs. */
#define LIST "programs.list"

enum { PROGRAMS = 8192, TOLD = 600, DEPTH = 3 };

#ifdef __aarch64__
#define LIBRARIES "/usr/lib/aarch64-linux-gnu"
#else
#define LIBRARIES "/usr/lib/x86_64-linux-gnu"
#endif

/* perl-base is what a Debian script in Perl always needs. On systems without merged /usr, the first
 * folders of the second line are not links. */
static const struct {
    const char *path;
    int depth;
} folders[] = {
    {"/usr/bin", 0}, {"/usr/sbin", 0}, {"/usr/lib64", 0}, {LIBRARIES, 0},
    {"/bin", 0},     {"/sbin", 0},     {"/lib64", 0},     {LIBRARIES "/perl-base", DEPTH}};

static struct program {
    char *path;
    uint64_t stamp;
} programs[PROGRAMS];
static size_t count;

/* 0: not a file of the image. */
static uint64_t stamp(int folder, const char *name, int64_t since_ms)
{
    struct stat status;
    int64_t parts[6];

    if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(status.st_mode))
        return 0;
    parts[0] = (int64_t)status.st_ino;
    parts[1] = status.st_size;
    parts[2] = status.st_mtim.tv_sec;
    parts[3] = status.st_mtim.tv_nsec;
    parts[4] = status.st_ctim.tv_sec;
    parts[5] = status.st_ctim.tv_nsec;
    if (parts[4] * 1000 + parts[5] / 1000000 >= since_ms)
        return 0;
    return hash_bytes(HASH_START, parts, sizeof(parts));
}

static void walk(const char *path, int depth, int64_t since_ms)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *folder = fd >= 0 ? fdopendir(fd) : NULL;
    const struct dirent *entry;

    while (folder != NULL && count < PROGRAMS && (entry = readdir(folder)) != NULL) {
        char inside[4096];

        if (entry->d_name[0] == '.')
            continue;
        snprintf(inside, sizeof(inside), "%s/%s", path, entry->d_name);
        if (entry->d_type == DT_DIR && depth > 0) {
            walk(inside, depth - 1, since_ms);
        } else if (entry->d_type == DT_REG || entry->d_type == DT_UNKNOWN) {
            uint64_t found = stamp(fd, entry->d_name, since_ms);

            if (found != 0 && (programs[count].path = strdup(inside)) != NULL)
                programs[count++].stamp = found;
        }
    }
    if (folder != NULL)
        closedir(folder);
    else if (fd >= 0)
        close(fd);
}

static void forget(void)
{
    while (count > 0)
        free(programs[--count].path);
}

/* Independent of the order in the folders. */
static uint64_t sum_of_all(void)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < count; i++)
        sum ^= hash_text(programs[i].stamp, programs[i].path);
    return sum;
}

static FILE *open_list(const char *base, const char *mode)
{
    char path[4096];

    snprintf(path, sizeof(path), "%s/" LIST, base);
    if (mode[0] == 'w')
        unlink(path);
    return fopen(path, mode);
}

/* Looks only at the files of the last list. */
static void look_at_list(const char *base, int64_t since_ms)
{
    FILE *list = open_list(base, "re");
    char *line = NULL;
    size_t size = 0;
    ssize_t length;

    while (list != NULL && count < PROGRAMS && (length = getdelim(&line, &size, '\0', list)) > 0) {
        uint64_t found = stamp(AT_FDCWD, line, since_ms);

        if (found == 0)
            continue;
        programs[count++] = (struct program){.path = line, .stamp = found};
        line = NULL;
        size = 0;
    }
    free(line);
    if (list != NULL)
        fclose(list);
}

static void write_list(const char *base)
{
    FILE *list = open_list(base, "wxe");

    for (size_t i = 0; list != NULL && i < count; i++)
        fwrite(programs[i].path, 1, strlen(programs[i].path) + 1, list);
    /* A list that is incomplete does not match the checksum. */
    if (list != NULL)
        fclose(list);
}

uint64_t guard_programs_note(const char *base, int64_t since_ms, const uint64_t *known,
                             bool prepared)
{
    forget();
    if (known != NULL || prepared) {
        look_at_list(base, since_ms);
        if (count > 0 && (known == NULL || sum_of_all() == *known))
            return sum_of_all();
        forget();
    }
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
        walk(folders[i].path, folders[i].depth, since_ms);
    write_list(base);
    return sum_of_all();
}

/* Compared with the recorded state: new files do not belong to the image. */
uint64_t guard_programs_report(struct case_run *run, int64_t since_ms, const char *kind)
{
    uint64_t sum = 0;
    int told = 0;

    for (size_t i = 0; i < count; i++) {
        uint64_t now = stamp(AT_FDCWD, programs[i].path, since_ms);

        if (now == programs[i].stamp) {
            sum ^= hash_text(now, programs[i].path);
        } else if (told++ < TOLD) {
            fact(run, kind, "program", programs[i].path,
                 faccessat(AT_FDCWD, programs[i].path, F_OK, AT_SYMLINK_NOFOLLOW) == 0 ? "changed"
                                                                                       : "gone",
                 NULL);
        }
    }
    if (told > TOLD)
        fact(run, "tampered", "program", "more files than can be listed", NULL);
    return sum;
}
