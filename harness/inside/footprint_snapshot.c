/* SPDX-License-Identifier: Apache-2.0 */
/* Snapshots in memory and in their file. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inside/footprint.h"
#include "inside/guard.h"
#include "inside/inside.h"

#define HEAD "touchstone footprint 1\n"

enum { BYTES_MAX = 128 << 20, ROWS_MAX = 1000000 };

static bool grow(struct snapshot *snapshot, size_t more)
{
    if (snapshot->used + more > snapshot->room) {
        size_t room = (snapshot->used + more) * 2;
        char *grown = realloc(snapshot->data, room);

        if (grown == NULL)
            return false;
        snapshot->data = grown;
        snapshot->room = room;
    }
    if (snapshot->count + 1 > snapshot->rows_room) {
        size_t room = snapshot->rows_room * 2 + 1024;
        uint32_t *grown = realloc(snapshot->rows, room * sizeof(*grown));

        if (grown == NULL)
            return false;
        snapshot->rows = grown;
        snapshot->rows_room = room;
    }
    return true;
}

static void append(struct snapshot *snapshot, const char *text, size_t length)
{
    memcpy(snapshot->data + snapshot->used, text, length);
    snapshot->used += length;
}

void snapshot_add(struct snapshot *snapshot, const char *kind, const char *name, const char *value)
{
    size_t kind_size = strlen(kind) + 1, name_size = strlen(name) + 1,
           value_size = strlen(value) + 1, size = kind_size + name_size + value_size;

    if (snapshot->count >= ROWS_MAX || snapshot->used + size + sizeof(HEAD) > BYTES_MAX ||
        !grow(snapshot, size + sizeof(HEAD))) {
        snapshot->full = true;
        return;
    }
    if (snapshot->used == 0)
        append(snapshot, HEAD, sizeof(HEAD));
    snapshot->rows[snapshot->count++] = (uint32_t)snapshot->used;
    append(snapshot, kind, kind_size);
    append(snapshot, name, name_size);
    append(snapshot, value, value_size);
}

const char *snapshot_kind(const struct snapshot *snapshot, size_t row)
{
    return snapshot->data + snapshot->rows[row];
}

const char *snapshot_name(const struct snapshot *snapshot, size_t row)
{
    const char *kind = snapshot_kind(snapshot, row);

    return kind + strlen(kind) + 1;
}

const char *snapshot_value(const struct snapshot *snapshot, size_t row)
{
    const char *name = snapshot_name(snapshot, row);

    return name + strlen(name) + 1;
}

bool snapshot_index(struct snapshot *snapshot)
{
    size_t count = 64;

    while (count < snapshot->count * 2)
        count *= 2;
    free(snapshot->slots);
    snapshot->slots = calloc(count, sizeof(*snapshot->slots));
    snapshot->slot_count = snapshot->slots != NULL ? count : 0;
    for (size_t row = 0; row < snapshot->count && snapshot->slots != NULL; row++) {
        uint64_t hash = hash_text(HASH_START, snapshot_name(snapshot, row));

        while (snapshot->slots[hash & (count - 1)] != 0)
            hash++;
        snapshot->slots[hash & (count - 1)] = (uint32_t)row + 1;
    }
    return snapshot->slots != NULL;
}

size_t snapshot_find(const struct snapshot *snapshot, const char *kind, const char *name)
{
    uint64_t hash = hash_text(HASH_START, name);
    uint32_t row;

    for (; snapshot->slot_count > 0 &&
           (row = snapshot->slots[hash & (snapshot->slot_count - 1)]) != 0;
         hash++)
        if (strcmp(snapshot_name(snapshot, row - 1), name) == 0 &&
            strcmp(snapshot_kind(snapshot, row - 1), kind) == 0)
            return row - 1;
    return SNAPSHOT_NONE;
}

void snapshot_digest(const struct snapshot *snapshot, char hex[65])
{
    struct sha256 sha;

    sha256_begin(&sha);
    sha256_add(&sha, snapshot->data, snapshot->used);
    sha256_end(&sha, hex);
}

bool snapshot_write(const struct snapshot *snapshot, const char *path)
{
    int fd;
    size_t done = 0;

    unlink(path);
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    while (fd >= 0 && done < snapshot->used) {
        ssize_t wrote = write(fd, snapshot->data + done, snapshot->used - done);

        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            break;
        done += (size_t)wrote;
    }
    if (fd < 0)
        return false;
    return close(fd) == 0 && done == snapshot->used;
}

/* Each row has three texts, the last of which ends with the file. */
static bool read_rows(struct snapshot *snapshot)
{
    size_t at = sizeof(HEAD);

    if (snapshot->used < at || memcmp(snapshot->data, HEAD, at) != 0)
        return false;
    while (at < snapshot->used) {
        size_t start = at;

        if (snapshot->count >= ROWS_MAX || !grow(snapshot, 0))
            return false;
        for (int text = 0; text < 3; text++) {
            const char *end =
                at < snapshot->used ? memchr(snapshot->data + at, '\0', snapshot->used - at) : NULL;

            if (end == NULL)
                return false;
            at = (size_t)(end - snapshot->data) + 1;
        }
        snapshot->rows[snapshot->count++] = (uint32_t)start;
    }
    return true;
}

const char *snapshot_load(struct snapshot *snapshot, const char *path, const char *digest)
{
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat status;
    char found[65];

    if (fd < 0)
        return "the snapshot that was taken before the installation is gone";
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size <= BYTES_MAX &&
        grow(snapshot, (size_t)status.st_size + 1)) {
        ssize_t got = 1;

        while (got > 0 && snapshot->used < (size_t)status.st_size) {
            got =
                read(fd, snapshot->data + snapshot->used, (size_t)status.st_size - snapshot->used);
            snapshot->used += got > 0 ? (size_t)got : 0;
        }
    }
    close(fd);
    snapshot_digest(snapshot, found);
    if (strcmp(found, digest) != 0)
        return "the snapshot that was taken before the installation was changed";
    if (!read_rows(snapshot) || !snapshot_index(snapshot))
        return "the snapshot that was taken before the installation is not one";
    return NULL;
}

void snapshot_done(struct snapshot *snapshot)
{
    free(snapshot->data);
    free(snapshot->rows);
    free(snapshot->slots);
    *snapshot = (struct snapshot){0};
}
