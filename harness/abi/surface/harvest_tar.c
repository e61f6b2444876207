/* SPDX-License-Identifier: Apache-2.0 */
/* A root file system as a tar: a single pass, nothing is written to disk, all sizes are limited. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "abi/archive/unpack.h"
#include "abi/settings/settings.h"
#include "abi/surface/harvest.h"
#include "base/cleanup.h"
#include "base/error.h"

static int read_entry(struct archive *archive, uint64_t limit, const char *path,
                      struct buffer *data, struct error **err)
{
    char chunk[65536];
    la_ssize_t got;

    while ((got = archive_read_data(archive, chunk, sizeof(chunk))) > 0) {
        if ((uint64_t)got > limit - data->length)
            return error_set(err, -EFBIG, "'%s' in the archive exceeds the limit of %llu bytes",
                             path, (unsigned long long)limit);
        buffer_add(data, chunk, (size_t)got);
        /* Files that are neither ELF nor scripts are recorded only by their path. */
        if (limit == HARVEST_FILE_MAX && data->length >= 4 && memcmp(data->data, "\177ELF", 4) != 0)
            return 0;
    }
    return got < 0 ? error_set(err, -EBADMSG, "cannot read '%s' in the archive: %s", path,
                               unpack_error_text(archive))
                   : 0;
}

static int take_fact(struct harvest *harvest, struct archive *archive, const char *path,
                     struct error **err)
{
    bool setting = settings_wants(path);
    _cleanup_buffer_ struct buffer data = {0};
    _cleanup_error_ struct error *why = NULL;
    int code =
        read_entry(archive, setting ? SETTINGS_FILE_MAX : HARVEST_FACT_MAX, path, &data, &why);

    if (code == -EFBIG && setting)
        harvest_take_unread(harvest, path, HARVEST_TOO_LARGE);
    else if (code < 0)
        *err = steal_ptr(why);
    else
        harvest_take_fact(harvest, path, &data);
    return code == -EFBIG && setting ? 0 : code;
}

/* Of a file of settings, a hard link has the content of the other, if that was read. */
static void take_hard_link(struct harvest *harvest, const char *path, const char *other)
{
    const struct fact *fact = harvest_fact(harvest, other);
    struct buffer copy = {0};

    if (!settings_wants(path))
        return;
    if (fact == NULL || fact->problem != NULL) {
        harvest_take_unread(harvest, path, "is a hard link to a file that was not read");
        return;
    }
    buffer_add(&copy, fact->data.data, fact->data.length);
    harvest_take_fact(harvest, path, &copy);
}

static int take_entry(struct harvest *harvest, struct archive *archive, struct archive_entry *entry,
                      struct error **err)
{
    _cleanup_buffer_ struct buffer data = {0};
    const char *name = archive_entry_pathname(entry), *hard = archive_entry_hardlink(entry);
    unsigned type = archive_entry_filetype(entry);
    char path[4096], other[4096];
    int code;

    if (name == NULL || !unpack_path("", name, path))
        return name != NULL && strstr(name, "..") != NULL
                   ? error_set(err, -EBADMSG,
                               "the archive contains '%s', which is outside its root", name)
                   : 0;
    if (hard != NULL) {
        bool inside = unpack_path("", hard, other);
        uint32_t row = inside ? surface_builder_find_path(harvest->builder, other, strlen(other))
                              : SURFACE_NONE;

        if (row != SURFACE_NONE) {
            struct surface_path *found = surface_builder_at(harvest->builder, TABLE_PATHS, row);

            surface_builder_path(harvest->builder, path, found->kind, found->value);
        }
        take_hard_link(harvest, path, inside ? other : "");
        return 0;
    }
    if (type == AE_IFLNK && archive_entry_symlink(entry) != NULL)
        harvest_take_link(harvest, path, archive_entry_symlink(entry));
    if (type == AE_IFDIR)
        harvest_take_folder(harvest, path);
    if (type != AE_IFREG && type != AE_IFLNK && settings_wants(path))
        harvest_take_unread(harvest, path, HARVEST_NO_FILE);
    if (type != AE_IFREG)
        return 0;
    if (harvest_wants_fact(path))
        return take_fact(harvest, archive, path, err);
    if (!harvest_wants_file(path, archive_entry_perm(entry)))
        return 0;
    code = read_entry(archive, HARVEST_FILE_MAX, path, &data, err);
    if (code == 0)
        harvest_take_file(harvest, path, data.data, data.length);
    return code;
}

int harvest_tar(struct harvest *harvest, const char *path, struct error **err)
{
    struct archive *archive = unpack_new();
    struct archive_entry *entry;
    size_t entries = 0;
    int code = 0, got;

    archive_read_support_filter_all(archive);
    archive_read_support_format_tar(archive);
    if (archive_read_open_filename(archive, path, 1 << 20) != ARCHIVE_OK)
        code = error_set(err, access(path, R_OK) < 0 ? -errno : -EBADMSG,
                         "cannot open '%s' as a tar archive: %s", path, unpack_error_text(archive));
    while (code == 0 && (got = archive_read_next_header(archive, &entry)) != ARCHIVE_EOF) {
        if (got < ARCHIVE_WARN)
            code = error_set(err, -EBADMSG, "'%s' is truncated or damaged: %s", path,
                             unpack_error_text(archive));
        else if (++entries > HARVEST_ENTRIES_MAX)
            code =
                error_set(err, -EFBIG, "'%s' has more than %d entries", path, HARVEST_ENTRIES_MAX);
        else
            code = take_entry(harvest, archive, entry, err);
    }
    archive_read_free(archive);
    if (code == 0 && harvest->objects == 0)
        code = error_set(err, -EINVAL, "'%s' contains no program and no library", path);
    return code < 0
               ? code
               : harvest_finish(harvest, harvest->source != NULL ? harvest->source : path, err);
}
