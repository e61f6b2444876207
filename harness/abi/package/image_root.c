/* SPDX-License-Identifier: Apache-2.0 */
/* Merges layers into one root (OCI image specification, layer.md). They are read from the top:
 * files and whiteouts of an upper layer hide what is below. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "abi/archive/cursor.h"
#include "abi/archive/unpack.h"
#include "abi/package/contents.h"
#include "abi/package/image.h"
#include "abi/package/package.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/text_map.h"

#define LIST_MAX (4 << 20) /* bytes of /etc/passwd or /etc/group that are kept */

struct merging {
    struct package *package;
    const struct place *place;
    struct archive *out;
    struct image_entries *entries;
    struct text_map there;  /* path -> 2 * layer + (1 if it is a folder) */
    struct text_map white;  /* path -> layer that removed it */
    struct text_map opaque; /* folder -> layer that hides its content in lower layers */
    struct strv names;      /* owns the keys of the maps */
    uint32_t layer;         /* counted from the top */
};

static void put(struct merging *merging, struct text_map *map, const char *path, uint32_t value)
{
    if (text_map_get(map, path) != TEXT_MAP_NONE)
        return;
    strv_add(&merging->names, path);
    text_map_put(map, merging->names.items[merging->names.count - 1], value);
}

static bool is_above(const struct merging *merging, const struct text_map *map, const char *path)
{
    uint32_t layer = text_map_get(map, path);

    return layer != TEXT_MAP_NONE && layer < merging->layer;
}

/* True if an upper layer has this path or hides it. */
static bool is_hidden(const struct merging *merging, const char *path)
{
    char above[4096];
    uint32_t there = text_map_get(&merging->there, path);

    if (there != TEXT_MAP_NONE && there / 2 < merging->layer)
        return true;
    if (is_above(merging, &merging->white, path))
        return true;
    strcpy(above, path);
    for (char *slash; (slash = strrchr(above, '/')) != NULL;) {
        *slash = '\0';
        if (is_above(merging, &merging->opaque, above) || is_above(merging, &merging->white, above))
            return true;
        there = text_map_get(&merging->there, above);
        if (there != TEXT_MAP_NONE && there / 2 < merging->layer && there % 2 == 0)
            return true;
    }
    return false;
}

/* Whiteouts are not files themselves. */
static bool take_whiteout(struct merging *merging, char *path)
{
    char *base = strrchr(path, '/');

    if (!text_starts(base + 1, ".wh."))
        return false;
    if (strcmp(base + 1, ".wh..wh..opq") == 0) {
        *base = '\0';
        put(merging, &merging->opaque, path, merging->layer);
    } else if (!text_starts(base + 1, ".wh..wh.")) {
        memmove(base + 1, base + 5, strlen(base + 5) + 1);
        put(merging, &merging->white, path, merging->layer);
    }
    return true;
}

/* Where the text of a file that lists users or groups is kept; NULL: it is none. */
static char **list_of(struct image_entries *entries, const char *path)
{
    return strcmp(path, "/etc/passwd") == 0  ? &entries->passwd
           : strcmp(path, "/etc/group") == 0 ? &entries->group
                                             : NULL;
}

static int copy_data(struct merging *merging, struct archive *in, const char *path,
                     struct error **err)
{
    _cleanup_free_ char *chunk = text_calloc(65536, 1);
    char **list = list_of(merging->entries, path);
    _cleanup_buffer_ struct buffer text = {0};
    la_ssize_t got;

    while ((got = archive_read_data(in, chunk, 65536)) > 0) {
        if (!contents_count(merging->package, (uint64_t)got))
            return error_set(err, -EFBIG, "the unpacked size of a layer exceeds the limit");
        if (archive_write_data(merging->out, chunk, (size_t)got) < 0)
            return error_set(err, -EIO, "cannot write a temporary file: %s",
                             unpack_error_text(merging->out));
        if (list != NULL && text.length < LIST_MAX)
            buffer_add(&text, chunk, (size_t)got);
    }
    if (list != NULL) {
        free(*list);
        buffer_add(&text, "", 0);
        *list = buffer_steal(&text);
    }
    return got < 0 ? error_set(err, -EBADMSG, "'%s' in a layer is truncated or damaged: %s", path,
                               unpack_error_text(in))
                   : 0;
}

static void note_entry(struct merging *merging, struct archive_entry *entry, const char *path)
{
    *(struct image_entry *)vec_add(&merging->entries->rows) =
        (struct image_entry){.path = text_dup(path),
                             .mode = archive_entry_perm(entry),
                             .uid = (uint32_t)archive_entry_uid(entry),
                             .gid = (uint32_t)archive_entry_gid(entry),
                             .folder = archive_entry_filetype(entry) == AE_IFDIR};
}

static int take_entry(struct merging *merging, struct archive *in, struct archive_entry *entry,
                      struct error **err)
{
    const char *name = archive_entry_pathname(entry);
    bool folder = archive_entry_filetype(entry) == AE_IFDIR;
    char path[4096];

    if (name == NULL || !unpack_path("", name, path))
        return name != NULL && strstr(name, "..") != NULL
                   ? error_set(err, -EBADMSG, "a layer contains '%s', which is outside its root",
                               name)
                   : 0;
    if (!package_count(merging->package, path, archive_entry_symlink(entry)))
        return error_set(err, -EFBIG, "the number of entries in its layers exceeds the limit");
    if (take_whiteout(merging, path) || is_hidden(merging, path))
        return 0;
    put(merging, &merging->there, path, merging->layer * 2 + folder);
    note_entry(merging, entry, path);
    archive_entry_set_pathname(entry, path + 1);
    if (archive_write_header(merging->out, entry) < ARCHIVE_WARN)
        return error_set(err, -EIO, "cannot write a temporary file: %s",
                         unpack_error_text(merging->out));
    return archive_entry_hardlink(entry) == NULL && archive_entry_filetype(entry) == AE_IFREG
               ? copy_data(merging, in, path, err)
               : 0;
}

static int take_layer(struct merging *merging, const struct blob *blob, struct error **err)
{
    _cleanup_free_ struct blob_cursor *cursor = text_calloc(1, sizeof(*cursor));
    struct archive *in = unpack_new();
    struct archive_entry *entry;
    int code = 0, got;

    archive_read_support_filter_all(in);
    archive_read_support_format_tar(in);
    archive_read_support_format_empty(in);
    if (blob_open_archive(in, blob, cursor) != ARCHIVE_OK)
        code = error_set(err, -EBADMSG, "a layer is not a readable tar archive: %s",
                         unpack_error_text(in));
    while (code == 0 && (got = archive_read_next_header(in, &entry)) != ARCHIVE_EOF)
        code = got < ARCHIVE_WARN ? error_set(err, -EBADMSG, "a layer is truncated or damaged: %s",
                                              unpack_error_text(in))
                                  : take_entry(merging, in, entry, err);
    archive_read_free(in);
    return code;
}

static la_ssize_t write_spool(struct archive *archive, void *context, const void *data, size_t size)
{
    _cleanup_error_ struct error *problem = NULL;

    if (spool_add(context, data, size, &problem) == 0)
        return (la_ssize_t)size;
    archive_set_error(archive, EIO, "%s", error_message(problem));
    return -1;
}

int image_merge(struct package *package, const struct place *place, const struct blob *layers,
                size_t count, struct spool *ret_root, struct image_entries *ret_entries,
                struct error **err)
{
    struct merging merging = {
        .package = package, .place = place, .out = archive_write_new(), .entries = ret_entries};
    int code = 0;

    if (merging.out == NULL)
        text_out_of_memory();
    archive_write_set_format_pax_restricted(merging.out);
    archive_write_add_filter_none(merging.out);
    archive_write_set_bytes_in_last_block(merging.out, 1);
    if (archive_write_open(merging.out, ret_root, NULL, write_spool, NULL) != ARCHIVE_OK)
        code = error_set(err, -EIO, "cannot write a temporary file: %s",
                         unpack_error_text(merging.out));
    for (size_t i = count; code == 0 && i-- > 0; merging.layer++)
        code = take_layer(&merging, &layers[i], err);
    if (archive_write_close(merging.out) != ARCHIVE_OK && code == 0)
        code = error_set(err, -EIO, "cannot write a temporary file: %s",
                         unpack_error_text(merging.out));
    archive_write_free(merging.out);
    text_map_done(&merging.there);
    text_map_done(&merging.white);
    text_map_done(&merging.opaque);
    strv_done(&merging.names);
    return code;
}
