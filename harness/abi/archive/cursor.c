/* SPDX-License-Identifier: Apache-2.0 */
#include "abi/archive/cursor.h"

#include <archive.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "abi/archive/unxz.h"
#include "base/translate.h"

static la_ssize_t read_next(struct archive *archive, void *context, const void **ret)
{
    struct blob_cursor *cursor = context;
    ssize_t got = blob_read(&cursor->blob, cursor->at, cursor->chunk, sizeof(cursor->chunk));

    if (got < 0)
        archive_set_error(archive, (int)-got, "%s", english_error((int)-got));
    else
        cursor->at += (uint64_t)got;
    *ret = cursor->chunk;
    return got < 0 ? -1 : got;
}

static la_int64_t skip(struct archive *archive, void *context, la_int64_t request)
{
    struct blob_cursor *cursor = context;
    uint64_t left = cursor->blob.size > cursor->at ? cursor->blob.size - cursor->at : 0;

    (void)archive;
    if (request <= 0)
        return 0;
    if ((uint64_t)request < left)
        left = (uint64_t)request;
    cursor->at += left;
    return (la_int64_t)left;
}

static la_int64_t seek(struct archive *archive, void *context, la_int64_t offset, int whence)
{
    struct blob_cursor *cursor = context;
    la_int64_t size = (la_int64_t)cursor->blob.size;
    la_int64_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? (la_int64_t)cursor->at : size;

    (void)archive;
    if (offset < -base || offset > INT64_MAX - base)
        return ARCHIVE_FATAL;
    cursor->at = (uint64_t)(base + offset);
    return base + offset;
}

static la_ssize_t read_unxz(struct archive *archive, void *context, const void **ret)
{
    struct blob_cursor *cursor = context;
    ssize_t got = unxz_next(cursor->unxz, ret);

    if (got < 0)
        archive_set_error(archive, EILSEQ, "%s", unxz_error_text(cursor->unxz));
    return got;
}

int blob_open_archive(struct archive *archive, const struct blob *blob, struct blob_cursor *cursor)
{
    cursor->blob = *blob;
    cursor->at = 0;
    archive_read_set_read_callback(archive, cursor->unxz != NULL ? read_unxz : read_next);
    if (cursor->unxz == NULL) {
        archive_read_set_skip_callback(archive, skip);
        archive_read_set_seek_callback(archive, seek);
    }
    archive_read_set_callback_data(archive, cursor);
    return archive_read_open1(archive);
}
