/* SPDX-License-Identifier: Apache-2.0 */
/* libarchive's decompression filters for data without an archive. */
#include "abi/archive/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"

struct archive *unpack_new(void)
{
    struct archive *archive = archive_read_new();

    if (archive == NULL)
        text_out_of_memory();
    return archive;
}

const char *unpack_error_text(struct archive *archive)
{
    const char *said = archive_error_string(archive);

    if (said != NULL)
        return said;
    return archive_errno(archive) > 0 ? english_error(archive_errno(archive))
                                      : "invalid data instead of an entry";
}

bool unpack_path(const char *prefix, const char *name, char path[4096])
{
    size_t length = strlen(prefix);

    if (length >= 4096)
        return false;
    memcpy(path, prefix, length);
    while (*name != '\0') {
        size_t part = strcspn(name, "/");

        if (part == 2 && name[0] == '.' && name[1] == '.')
            return false;
        if (part > 0 && !(part == 1 && name[0] == '.')) {
            if (length + part + 2 > 4096)
                return false;
            path[length++] = '/';
            memcpy(path + length, name, part);
            length += part;
        }
        name += part + (name[part] == '/');
    }
    path[length] = '\0';
    return length > strlen(prefix);
}

int unpack_text(const void *data, size_t size, size_t limit, const char *what,
                struct buffer *ret_text, struct error **err)
{
    struct archive *archive = unpack_new();
    _cleanup_buffer_ struct buffer text = {0};
    struct archive_entry *entry;
    char chunk[65536];
    la_ssize_t got = 0;
    int code = 0;

    archive_read_support_filter_gzip(archive);
    archive_read_support_filter_xz(archive);
    archive_read_support_filter_zstd(archive);
    archive_read_support_filter_bzip2(archive);
    archive_read_support_format_raw(archive);
    if (archive_read_open_memory(archive, data, size) != ARCHIVE_OK ||
        archive_read_next_header(archive, &entry) != ARCHIVE_OK)
        code = error_set(err, -EBADMSG, "%s: cannot be unpacked: %s", what,
                         unpack_error_text(archive));
    while (code == 0 && (got = archive_read_data(archive, chunk, sizeof(chunk))) > 0) {
        if ((size_t)got > limit - text.length)
            code = error_set(err, -EFBIG, "%s: unpacks to more than %zu bytes", what, limit);
        else
            buffer_add(&text, chunk, (size_t)got);
    }
    if (code == 0 && got < 0)
        code = error_set(err, -EBADMSG, "%s: cannot be unpacked: %s", what,
                         unpack_error_text(archive));
    archive_read_free(archive);
    if (code < 0)
        return code;
    buffer_add(&text, "", 0);
    *ret_text = text;
    text = (struct buffer){0};
    return 0;
}
