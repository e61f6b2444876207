/* SPDX-License-Identifier: Apache-2.0 */
/* Which files belong to packages, and whether they are as their packages delivered them: from the
 * files of dpkg's database, and from rpm, which alone can read its own. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inside/footprint.h"
#include "inside/footprint_rpm.h"
#include "inside/guard.h"

#define DPKG "/var/lib/dpkg"
enum { DATABASE_FILE_MAX = 64 << 20 };

static struct candidate *all;
static uint32_t *slots; /* number of a candidate + 1, by the hash of its path */
static size_t slot_count;

/* /bin, /lib and similar may be links into /usr, and packages name either. */
static const char *skip_usr(const char *path)
{
    return strncmp(path, "/usr/", 5) == 0 ? path + 4 : path;
}

static bool index_candidates(size_t count)
{
    slot_count = 64;
    while (slot_count < count * 2)
        slot_count *= 2;
    slots = calloc(slot_count, sizeof(*slots));
    for (size_t i = 0; i < count && slots != NULL; i++) {
        uint64_t hash = hash_text(HASH_START, skip_usr(all[i].path));

        while (slots[hash & (slot_count - 1)] != 0)
            hash++;
        slots[hash & (slot_count - 1)] = (uint32_t)i + 1;
    }
    return slots != NULL;
}

static struct candidate *find(const char *path)
{
    const char *wanted = skip_usr(path);
    uint64_t hash = hash_text(HASH_START, wanted);
    uint32_t slot;

    for (; (slot = slots[hash & (slot_count - 1)]) != 0; hash++)
        if (strcmp(skip_usr(all[slot - 1].path), wanted) == 0)
            return &all[slot - 1];
    return NULL;
}

/* Adds a digest that a package has of the file; any that matches will do. */
static void compare_digest(struct candidate *candidate, const char *found, const char *expected)
{
    candidate->digested = true;
    candidate->unchanged |= strcmp(found, expected) == 0;
}

/* The file's content and a NUL; NULL: there is none. */
static char *read_all(int folder, const char *name, int64_t *ret_mtime_ns)
{
    int fd = openat(folder, name, O_RDONLY | O_CLOEXEC);
    struct stat status;
    char *data = NULL;
    size_t used = 0;
    ssize_t got = 1;

    if (fd < 0)
        return NULL;
    if (fstat(fd, &status) == 0 && status.st_size < DATABASE_FILE_MAX)
        data = malloc((size_t)status.st_size + 1);
    while (data != NULL && got > 0 && used < (size_t)status.st_size) {
        got = read(fd, data + used, (size_t)status.st_size - used);
        used += got > 0 ? (size_t)got : 0;
    }
    close(fd);
    if (data == NULL)
        return NULL;
    data[used] = '\0';
    if (ret_mtime_ns != NULL)
        *ret_mtime_ns =
            (int64_t)status.st_mtim.tv_sec * 1000000000 + (int64_t)status.st_mtim.tv_nsec;
    return data;
}

/* Cuts off the next line; NULL at the end. */
static char *next_line(char **at)
{
    char *line = *at, *end = line + strcspn(line, "\n");

    if (*line == '\0')
        return NULL;
    *at = *end == '\n' ? end + 1 : end;
    *end = '\0';
    return line;
}

/* "MD5  PATH", without the first slash. */
static void read_digests(int folder, const char *list)
{
    char name[300], path[4096], found[33];
    char *data, *at, *line;

    snprintf(name, sizeof(name), "%.*s.md5sums", (int)(strlen(list) - 5), list);
    data = at = read_all(folder, name, NULL);
    while (data != NULL && (line = next_line(&at)) != NULL) {
        struct candidate *candidate;

        if (strlen(line) < 35)
            continue;
        line[32] = '\0';
        snprintf(path, sizeof(path), "/%s", line + 34);
        candidate = find(path);
        if (candidate != NULL && candidate->verify &&
            md5_file(footprint_path(candidate->path), found))
            compare_digest(candidate, found, line);
    }
    free(data);
}

static void read_list(int folder, const char *name, int64_t since_ns)
{
    int64_t mtime_ns = 0;
    char *data = read_all(folder, name, &mtime_ns), *at = data, *line;
    bool digests = false;

    if (data == NULL)
        footprint_incomplete("cannot read '%s' of dpkg's database", name);
    while (data != NULL && (line = next_line(&at)) != NULL) {
        struct candidate *candidate = find(line);

        if (candidate == NULL)
            continue;
        candidate->owned = true;
        candidate->renewed |= mtime_ns > since_ns;
        digests |= candidate->verify;
    }
    free(data);
    if (digests)
        read_digests(folder, name);
}

/* "Conffiles:" and lines " PATH MD5 [obsolete]". */
static void read_conffiles(void)
{
    char *data = read_all(AT_FDCWD, footprint_path(DPKG "/status"), NULL), *at = data, *line;
    bool within = false;
    char found[33];

    while (data != NULL && (line = next_line(&at)) != NULL) {
        char *space;
        struct candidate *candidate;

        if (line[0] != ' ') {
            within = strncmp(line, "Conffiles:", 10) == 0;
            continue;
        }
        space = within ? strchr(line + 1, ' ') : NULL;
        if (space == NULL)
            continue;
        *space = '\0';
        space[1 + strcspn(space + 1, " ")] = '\0';
        candidate = find(line + 1);
        if (candidate != NULL && candidate->verify &&
            md5_file(footprint_path(candidate->path), found))
            compare_digest(candidate, found, space + 1);
    }
    free(data);
}

static void ask_dpkg(int64_t since_ns)
{
    DIR *folder = opendir(footprint_path(DPKG "/info"));
    const struct dirent *entry;

    if (folder == NULL) {
        if (errno != ENOENT)
            footprint_incomplete("cannot list dpkg's database: %s", strerror(errno));
        return;
    }
    while ((entry = readdir(folder)) != NULL && !footprint_out_of_time()) {
        size_t length = strlen(entry->d_name);

        if (length > 5 && length < 280 && strcmp(entry->d_name + length - 5, ".list") == 0)
            read_list(dirfd(folder), entry->d_name, since_ns);
    }
    closedir(folder);
    read_conffiles();
}

/* Called for each file of each package. */
static void take_rpm(const struct rpm_file *file, int64_t since_ns)
{
    struct candidate *candidate = find(file->path);
    char found[65];

    if (candidate == NULL)
        return;
    candidate->owned = true;
    candidate->renewed |= file->installed_s * 1000000000 > since_ns;
    candidate->undefined |= *file->digest == '\0';
    if (candidate->verify && *file->digest != '\0' &&
        rpm_digest(footprint_path(candidate->path), file->algorithm, found))
        compare_digest(candidate, found, file->digest);
}

void footprint_owners(struct candidate *candidates, size_t count, int64_t since_ns)
{
    all = candidates;
    if (count == 0)
        return;
    if (!index_candidates(count)) {
        footprint_incomplete("not enough memory");
        return;
    }
    ask_dpkg(since_ns);
    rpm_list_files(since_ns, take_rpm);
    free(slots);
    slots = NULL;
}
