/* SPDX-License-Identifier: Apache-2.0 */
/* Parses a collection of files. */
#include "suite/collected.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"

#define HEAD_MAX 100

/* Parses a decimal number and the character that ends it. */
static bool take_number(const char **at, const char *end, char stop, uint64_t *ret_value)
{
    uint64_t value = 0;
    const char *text = *at;

    while (text < end && *text >= '0' && *text <= '9' && value < UINT64_MAX / 100)
        value = value * 10 + (uint64_t)(*text++ - '0');
    if (text == *at || text >= end || *text != stop)
        return false;
    *at = text + 1;
    *ret_value = value;
    return true;
}

static bool take_file(const char **at, const char *end, struct collected *files)
{
    uint64_t name, size, left_files, left_bytes;
    struct collected_file *file;

    if (files->count >= COLLECTED_FILES || !take_number(at, end, ' ', &name) ||
        !take_number(at, end, ' ', &size) || !take_number(at, end, ' ', &left_files) ||
        !take_number(at, end, '\n', &left_bytes))
        return false;
    if (name > COLLECTED_NAME || name > (uint64_t)(end - *at) ||
        memchr(*at, '\0', (size_t)name) != NULL || (left_files > 1 && name > 0) ||
        (left_files == 0 && left_bytes > 0) || (left_files > 0 && size > 0))
        return false;
    file = vec_add(files);
    file->name = text_ndup(*at, (size_t)name);
    *at += name;
    file->data = *at;
    file->left_files = left_files;
    file->left_bytes = left_bytes;
    if (size > (uint64_t)(end - *at))
        return false;
    file->size = (size_t)size;
    *at += size;
    return true;
}

int collected_parse(const struct buffer *text, const char *what, struct collected *ret_files,
                    struct error **err)
{
    _cleanup_(collected_done) struct collected files = {0};
    const char *at = text->data, *end = at != NULL ? at + text->length : at;

    while (at < end)
        if (!take_file(&at, end, &files))
            return error_set(err, -EBADMSG, "its %s are not a collection of files at byte %zu",
                             what, (size_t)(at - text->data));
    *ret_files = files;
    files = (struct collected){0};
    return 0;
}

void collected_count_left(const struct collected *files, uint64_t *ret_files, uint64_t *ret_bytes)
{
    *ret_files = *ret_bytes = 0;
    vec_foreach (file, files) {
        *ret_files += file->left_files;
        *ret_bytes += file->left_bytes;
    }
}

void collected_done(struct collected *files)
{
    vec_foreach (file, files)
        free(file->name);
    vec_done(files);
}
