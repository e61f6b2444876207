/* SPDX-License-Identifier: Apache-2.0 */
#include "abi/package/listen.h"

#include <string.h>

#include "abi/archive/blob.h"
#include "abi/package/contents.h"
#include "abi/package/package.h"
#include "base/cleanup.h"

#define CHUNK (64 << 10)

struct heard {
    struct source *inner;
    struct package_listener *listener;
    void *file;
    bool ended; /* all of it was read */
};

static ssize_t read_heard(struct source *source, void *to, size_t size)
{
    struct heard *heard = source->context;
    ssize_t got = heard->inner->read(heard->inner, to, size);

    if (got > 0)
        heard->listener->data(heard->file, to, (size_t)got);
    heard->ended |= got == 0 && size > 0;
    return got;
}

static uint64_t heard_packed(struct source *source)
{
    struct heard *heard = source->context;

    return heard->inner->packed(heard->inner);
}

static const char *heard_said(struct source *source)
{
    struct heard *heard = source->context;

    return heard->inner->said(heard->inner);
}

/* What can be read again is read once more: the check reads it in any order, and not all of it. */
static bool hear_blob(struct package_listener *listener, void *file, const struct blob *blob)
{
    _cleanup_free_ char *chunk = text_alloc(CHUNK);
    uint64_t at = 0;
    ssize_t got;

    while ((got = blob_read(blob, at, chunk, CHUNK)) > 0) {
        listener->data(file, chunk, (size_t)got);
        at += (uint64_t)got;
    }
    return got == 0;
}

/* The rest of a stream, of which the check needed only the beginning. */
static void drain(struct package *package, struct source *source, struct heard *heard)
{
    _cleanup_free_ char *chunk = text_alloc(CHUNK);
    ssize_t got;

    while (!heard->ended && (got = source->read(source, chunk, CHUNK)) > 0)
        if (!contents_count(package, (uint64_t)got))
            return;
}

void listen_take(struct package *package, const struct place *place, struct source *source,
                 void (*take)(struct package *package, const struct place *place,
                              struct source *source))
{
    struct package_listener *listener = package->listener;
    _cleanup_free_ char *path = NULL;
    struct heard heard = {.inner = source, .listener = listener};
    struct source tee = {
        .read = read_heard, .packed = heard_packed, .said = heard_said, .context = &heard};

    if (listener == NULL) {
        take(package, place, source);
        return;
    }
    path = text_format("%s%s", package->listened != NULL ? package->listened : "", place->path);
    heard.file = listener->begin(listener, path, place->input);
    if (source->blob != NULL) {
        heard.ended = hear_blob(listener, heard.file, source->blob);
        take(package, place, source);
    } else {
        take(package, place, &tee);
        drain(package, &tee, &heard);
    }
    listener->end(listener, heard.file, heard.ended);
}

char *listen_path(const char *input, const char *path)
{
    size_t length = input != NULL ? strlen(input) : 0;

    if (*path != '/')
        return text_dup(input != NULL ? input : "/");
    if (input == NULL ||
        (strncmp(path, input, length) == 0 && (path[length] == '\0' || path[length] == '!')))
        return text_dup(path);
    return text_format("%s!%s", input, path);
}
