/* SPDX-License-Identifier: Apache-2.0 */
/* Parses apt's output. It originates from an archive and is not trusted. */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "model/package_file.h"
#include "stage/apt.h"

#define FILE_NAME_MAX 200
#define PACKAGE_SIZE_MAX (UINT64_C(4) << 30)

void apt_items_done(struct apt_items *items)
{
    vec_foreach (row, &items->rows) {
        free(row->uri);
        free(row->file);
        free(row->name);
        free(row->version);
        free(row->arch);
        free(row->local);
    }
    vec_done(&items->rows);
}

/* 'URI' FILE SIZE [SHA256:HEX] */
static bool parse_uri_line(const char *line, struct apt_item *item)
{
    const char *end = strrchr(line + 1, '\''); /* a path may contain a quote */
    _cleanup_strv_ struct strv words = {0};

    if (end == NULL)
        return false;
    item->uri = text_ndup(line + 1, (size_t)(end - line - 1));
    strv_split(&words, end + 1, " ");
    if (words.count < 2 || words.count > 3 ||
        !package_file_deb(words.items[0], &item->name, &item->version, &item->arch) ||
        text_parse_u64(words.items[1], "size", 0, PACKAGE_SIZE_MAX, &item->size, NULL) < 0)
        return false;
    item->file = text_dup(words.items[0]);
    if (text_starts(item->uri, "file:/")) {
        item->local = package_file_unescape(item->uri + 5, strlen(item->uri + 5));
        return item->local != NULL;
    }
    if (words.count != 3 || !text_starts(words.items[2], "SHA256:") ||
        !digest_is_text(words.items[2] + 7) || item->size == 0)
        return false;
    memcpy(item->sha256, words.items[2] + 7, DIGEST_TEXT_SIZE);
    return true;
}

int apt_parse_uris(const char *text, size_t length, struct apt_items *ret_items, struct error **err)
{
    _cleanup_(apt_items_done) struct apt_items items = {0};
    const char *end = text + length;

    while (text < end) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        size_t size = newline != NULL ? (size_t)(newline - text) : (size_t)(end - text);
        _cleanup_free_ char *line = text_ndup(text, size);

        text += size + 1;
        if (line[0] != '\'')
            continue;
        if (items.rows.count >= APT_PACKAGES_MAX)
            return error_set(err, -EFBIG,
                             "more than %d packages are to be installed: is the image's package "
                             "state that of a whole system?",
                             APT_PACKAGES_MAX);
        if (!parse_uri_line(line, vec_add(&items.rows))) {
            _cleanup_buffer_ struct buffer shown = {0};

            buffer_printable(&shown, line, strlen(line), false);
            return error_set(err, -EBADMSG,
                             "apt-get printed a line that is no package with a SHA-256 digest: %s",
                             shown.data);
        }
    }
    *ret_items = items;
    items = (struct apt_items){0};
    return 0;
}
