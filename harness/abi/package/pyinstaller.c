/* SPDX-License-Identifier: Apache-2.0 */
/* One-file programs made by PyInstaller: an archive appended to the program, with a table and a
 * cookie at its end (PyInstaller/archive/writers.py). Numbers are big-endian. */
#include <arpa/inet.h>
#include <string.h>
#include <zlib.h>

#include "abi/archive/blob.h"
#include "abi/archive/unpack.h"
#include "abi/package/contents.h"
#include "abi/package/package.h"
#include "base/cleanup.h"
#include "base/text.h"

#define COOKIE "MEI\014\013\012\013\016"
#define COOKIE_AREA 8192
#define ROW 18 /* row length, position, packed size, unpacked size, flag, type */
#define CHUNK 65536

struct inflating {
    z_stream stream;
    uint64_t packed;
    bool raw, ended; /* raw: not compressed */
};

static uint32_t number_at(const char *at)
{
    uint32_t value;

    memcpy(&value, at, sizeof(value));
    return ntohl(value);
}

static ssize_t read_member(struct source *source, void *to, size_t size)
{
    struct inflating *member = source->context;
    int code;

    if (member->ended)
        return 0;
    member->stream.next_out = to;
    member->stream.avail_out = (unsigned)size;
    code = inflate(&member->stream, Z_NO_FLUSH);
    member->ended = code == Z_STREAM_END;
    if (code != Z_OK && code != Z_STREAM_END)
        return -1;
    return (ssize_t)(size - member->stream.avail_out);
}

static uint64_t member_packed(struct source *source)
{
    struct inflating *member = source->context;

    return member->packed - member->stream.avail_in;
}

static const char *member_said(struct source *source)
{
    (void)source;
    return "not a complete compressed file";
}

static void take_member(struct package *package, const struct place *place, const char *data,
                        size_t packed, bool compressed)
{
    struct inflating member = {.packed = packed};
    struct source source = {
        .read = read_member, .packed = member_packed, .said = member_said, .context = &member};
    struct blob blob = {.data = data, .fd = -1, .size = packed};

    if (!compressed) {
        package->handlers->take_blob(package, place, &blob);
        return;
    }
    member.stream.next_in = (unsigned char *)(uintptr_t)data;
    member.stream.avail_in = (unsigned)packed;
    if (inflateInit(&member.stream) != Z_OK)
        text_out_of_memory();
    package->handlers->take(package, place, &source);
    inflateEnd(&member.stream);
}

static const char *find_cookie(const struct blob *blob)
{
    const char *data = blob->data, *found = NULL;
    size_t from = blob->size > COOKIE_AREA ? (size_t)blob->size - COOKIE_AREA : 0;

    for (const char *at = data + from;
         (at = memmem(at, (size_t)blob->size - (size_t)(at - data), COOKIE, 8)) != NULL; at++)
        found = at;
    return found;
}

/* Processes one row of the table; returns its length, or 0 if it is damaged. */
static size_t take_row(struct package *package, const struct place *place, const char *row,
                       size_t left, const char *archive, size_t size)
{
    size_t length = left >= ROW ? number_at(row) : 0;
    size_t at, packed;
    _cleanup_free_ char *name = NULL, *prefix = NULL;
    struct place inside = *place;
    char path[4096];

    if (length < ROW || length > left)
        return 0;
    at = number_at(row + 4);
    packed = number_at(row + 8);
    name = text_ndup(row + ROW, strnlen(row + ROW, length - ROW));
    if (at > size || packed > size - at)
        return 0;
    prefix = text_format("%s!", place->path);
    if (!unpack_path(prefix, name, path) || !package_count(package, path, NULL))
        return length;
    inside.path = path;
    /* "z": Python bytecode; "b": a library; "x": data; scripts are bytecode without a header. */
    if (row[17] == 'b' || row[17] == 'x' || row[17] == 'Z' || row[17] == 'd')
        take_member(package, &inside, archive + at, packed, row[16] != 0);
    return length;
}

bool pyinstaller_take(struct package *package, const struct place *place, const struct blob *blob)
{
    const char *cookie = find_cookie(blob), *data = blob->data, *archive;
    size_t left = cookie != NULL ? (size_t)blob->size - (size_t)(cookie - data) : 0;
    size_t size, table, table_size, length;

    if (left < 24)
        return false;
    size = number_at(cookie + 8);
    table = number_at(cookie + 12);
    table_size = number_at(cookie + 16);
    /* The cookie is the last part of the archive: 88 bytes since PyInstaller 2.1, 24 before. */
    left = left >= 88 ? 88 : 24;
    if (size < left || size - left > (size_t)(cookie - data) || table > size ||
        table_size > size - table) {
        package_unknown(package, place->path,
                        "built by PyInstaller, but its table of files cannot be read");
        return true;
    }
    archive = cookie + left - size;
    package->census.archives++;
    for (size_t at = 0; at < table_size && !package->full; at += length) {
        length = take_row(package, place, archive + table + at, table_size - at, archive, size);
        if (length == 0) {
            package_unknown(package, place->path,
                            "built by PyInstaller, but its table of files is damaged");
            break;
        }
    }
    return true;
}
