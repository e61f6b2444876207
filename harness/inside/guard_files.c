/* SPDX-License-Identifier: Apache-2.0 */
/* Compares the payload's programs and the suite's files with the payload disk, which is read
 * bypassing the page cache. A changed program or script is tampering; a changed data file is
 * restored. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inside/guard.h"
#include "inside/pax.h"
#include "inside/ustar.h"

#define WINDOW (256 * 1024)
#define WINDOW_FIRST (16 * 1024) /* a list of large files needs only their headers */
#define COMPARED_MAX                                                                               \
    (1024 * 1024)         /* larger data files are compared only if their stamp has changed */
#define ITEMS_MAX 1010000 /* more than a payload contains */

struct item {
    char *name, *link;
    char type;
    bool plain; /* stored contiguously, without holes */
    mode_t mode;
    uint64_t at, size;
    uint64_t stamp; /* of the file when it matched the payload */
};

static struct item *items;
static size_t item_count;

/* A window of the disk. */
static struct {
    int fd;
    char *data;
    uint64_t from, length;
    size_t reach; /* size of the next read: doubles while reads are contiguous */
} disk = {.fd = -1};

/* Returns up to *length bytes at `at`; NULL: the disk cannot be read. */
static const char *look(uint64_t at, size_t *length)
{
    uint64_t place = at % WINDOW_FIRST;

    if (disk.length == 0 || at < disk.from || at >= disk.from + disk.length) {
        ssize_t got;

        if (disk.length == 0 || at - place != disk.from + disk.length)
            disk.reach = WINDOW_FIRST;
        else if (disk.reach < WINDOW)
            disk.reach *= 2;
        got = pread(disk.fd, disk.data, disk.reach, (off_t)(at - place));
        disk.from = at - place;
        disk.length = got > 0 ? (uint64_t)got : 0;
        if (got <= (ssize_t)place)
            return NULL;
    }
    if (*length > disk.from + disk.length - at)
        *length = (size_t)(disk.from + disk.length - at);
    return disk.data + (at - disk.from);
}

static bool copy_out(uint64_t at, void *to, size_t length)
{
    for (char *next = to; length > 0;) {
        size_t piece = length;
        const char *data = look(at, &piece);

        if (data == NULL)
            return false;
        memcpy(next, data, piece);
        next += piece;
        at += piece;
        length -= piece;
    }
    return true;
}

static bool add_item(const struct ustar *header, const struct pax *pax, uint64_t at, uint64_t size)
{
    char name[USTAR_NAME_SIZE], link[sizeof(header->linkname) + 1] = "";
    struct item *grown, *item;
    uint64_t mode;

    if (!ustar_name(header, name) || !ustar_number(header->mode, sizeof(header->mode), &mode) ||
        item_count == ITEMS_MAX)
        return false;
    /* The capacity doubles at each power of two. */
    if (item_count == 0 || (item_count >= 256 && (item_count & (item_count - 1)) == 0)) {
        grown = realloc(items, (item_count == 0 ? 256 : 2 * item_count) * sizeof(*items));
        if (grown == NULL)
            return false;
        items = grown;
    }
    memcpy(link, header->linkname, sizeof(header->linkname));
    item = &items[item_count++];
    *item = (struct item){.name = strdup(pax->name[0] != '\0' ? pax->name : name),
                          .link = strdup(pax->link[0] != '\0' ? pax->link : link),
                          .type = header->typeflag,
                          .plain = !pax->sparse,
                          .mode = (mode_t)mode & 0777,
                          .at = at,
                          .size = pax->sparse ? pax->real_size : size};
    return item->name != NULL && item->link != NULL;
}

/* Lists the files in bin/ and suite/; the packages that follow are installed, not run. */
static bool read_list(void)
{
    static struct pax pax;
    static char records[PAX_RECORDS_MAX];
    uint64_t at = 0;

    memset(&pax, 0, sizeof(pax));
    for (;;) {
        struct ustar header;
        char name[USTAR_NAME_SIZE];
        uint64_t size;

        if (!copy_out(at, &header, sizeof(header)))
            return false;
        if (header.name[0] == '\0')
            return true;
        if (!ustar_sum_holds(&header) || !ustar_name(&header, name) ||
            !ustar_number(header.size, sizeof(header.size), &size))
            return false;
        if (header.typeflag == 'x') {
            if (size > sizeof(records) || !copy_out(at + USTAR_BLOCK, records, (size_t)size) ||
                !pax_read(records, (size_t)size, &pax))
                return false;
        } else {
            if (pax.has_size)
                size = pax.size;
            if (strncmp(pax.name[0] != '\0' ? pax.name : name, "packages/", 9) == 0)
                return true;
            if (!add_item(&header, &pax, at + USTAR_BLOCK, size))
                return false;
            memset(&pax, 0, sizeof(pax));
        }
        at += USTAR_BLOCK + (size + USTAR_BLOCK - 1) / USTAR_BLOCK * USTAR_BLOCK;
    }
}

/* Programs and scripts, as opposed to data. */
static bool is_run(const char *name)
{
    return strncmp(name, "bin/", 4) == 0 || strncmp(name, "suite/cases/", 12) == 0 ||
           strncmp(name, "suite/lib/", 10) == 0;
}

static uint64_t stamp(const struct stat *status)
{
    const uint64_t parts[] = {status->st_dev,
                              status->st_ino,
                              status->st_mode,
                              (uint64_t)status->st_size,
                              (uint64_t)status->st_mtim.tv_sec,
                              (uint64_t)status->st_mtim.tv_nsec,
                              (uint64_t)status->st_ctim.tv_sec,
                              (uint64_t)status->st_ctim.tv_nsec};

    return hash_bytes(HASH_START, parts, sizeof(parts));
}

static bool same_bytes(int fd, const struct item *item)
{
    static char block[65536];

    for (uint64_t done = 0; done < item->size;) {
        size_t want =
            item->size - done < sizeof(block) ? (size_t)(item->size - done) : sizeof(block);
        ssize_t got = read(fd, block, want);

        if (got <= 0)
            return false;
        for (size_t at = 0; at < (size_t)got;) {
            size_t piece = (size_t)got - at;
            const char *data = look(item->at + done + at, &piece);

            if (data == NULL || memcmp(data, block + at, piece) != 0)
                return false;
            at += piece;
        }
        done += (uint64_t)got;
    }
    return true;
}

/* NULL: it matches the payload. in_full: compare the content too. */
static const char *differs(const char *path, struct item *item, bool in_full)
{
    struct stat status;
    const char *how = NULL;
    int fd;

    if (lstat(path, &status) < 0)
        return "missing";
    if (item->type == '5')
        return S_ISDIR(status.st_mode) ? NULL : "replaced";
    if (item->type == '2') {
        char target[4096];
        ssize_t length = readlink(path, target, sizeof(target) - 1);

        if (length < 0)
            return "replaced";
        target[length] = '\0';
        return strcmp(target, item->link) == 0 ? NULL : "replaced";
    }
    fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &status) < 0 || !S_ISREG(status.st_mode))
        how = "replaced";
    else if ((uint64_t)status.st_size != item->size || (status.st_mode & 0777) != item->mode ||
             (in_full && item->plain && !same_bytes(fd, item)))
        how = "changed";
    else
        item->stamp = stamp(&status);
    if (fd >= 0)
        close(fd);
    return how;
}

/* Restores a data file. */
static void restore(const char *path, const struct item *item)
{
    char fresh[4200];
    int fd;

    snprintf(fresh, sizeof(fresh), "%s.fresh", path);
    unlink(fresh);
    fd = item->type == '0' && item->plain
             ? open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, item->mode)
             : -1;
    for (uint64_t done = 0; fd >= 0 && done < item->size;) {
        size_t piece = item->size - done < WINDOW ? (size_t)(item->size - done) : WINDOW;
        const char *data = look(item->at + done, &piece);

        if (data == NULL || write(fd, data, piece) != (ssize_t)piece)
            break;
        done += piece;
    }
    if (fd < 0 || fchmod(fd, item->mode) < 0 || rename(fresh, path) < 0)
        unlink(fresh);
    if (fd >= 0)
        close(fd);
}

static void check(struct case_run *run, struct item *item, bool in_full)
{
    char path[4096];
    const char *how;

    snprintf(path, sizeof(path), "%s/%s", run->base, item->name);
    how = differs(path, item, in_full);
    if (how == NULL)
        return;
    if (is_run(item->name)) {
        fact(run, "tampered", "file", item->name, how, NULL);
        return;
    }
    fact(run, "left-changed", item->name, how, NULL);
    restore(path, item);
    differs(path, item, false);
}

static void check_all(struct case_run *run, bool stamps, bool in_full)
{
    for (size_t i = 0; i < item_count; i++) {
        char path[4096];
        struct stat status;

        snprintf(path, sizeof(path), "%s/%s", run->base, items[i].name);
        if (stamps && items[i].type == '0' && lstat(path, &status) == 0 &&
            stamp(&status) == items[i].stamp)
            continue;
        check(run, &items[i], in_full || is_run(items[i].name) || items[i].size <= COMPARED_MAX);
    }
}

bool guard_files_before(struct case_run *run, bool in_full)
{
    disk.fd = disk_open(run->payload, O_RDONLY | O_DIRECT);
    if (disk.fd < 0 || posix_memalign((void **)&disk.data, 4096, WINDOW) != 0 || !read_list()) {
        fact(run, "tampered", "payload", "it cannot be read", NULL);
        return false;
    }
    check_all(run, false, in_full);
    return true;
}

void guard_files_after(struct case_run *run)
{
    check_all(run, true, true);
}

uint64_t guard_files_state(void)
{
    uint64_t hash = HASH_START;

    for (size_t i = 0; i < item_count; i++)
        hash = hash_bytes(hash, &items[i].stamp, sizeof(items[i].stamp));
    return hash;
}
