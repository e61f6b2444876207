/* SPDX-License-Identifier: Apache-2.0 */
/* Reads CSV, strictly: a table that is cut short is refused. */
#include "reported/csv.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"

void csv_done(struct csv *csv)
{
    strv_done(&csv->head);
    vec_foreach (row, &csv->rows)
        strv_done(row);
    vec_done(&csv->rows);
    *csv = (struct csv){0};
}

int csv_column(const struct csv *csv, const char *name)
{
    for (size_t i = 0; i < csv->head.count; i++)
        if (strcmp(csv->head.items[i], name) == 0)
            return (int)i;
    return -1;
}

/* Reads one field and moves *at behind it; false: a quote is not closed. */
static bool read_field(const char **at, struct buffer *to)
{
    const char *text = *at;

    if (*text != '"') {
        size_t length = strcspn(text, ",\r\n");

        buffer_add(to, text, length);
        *at = text + length;
        return true;
    }
    for (text++; *text != '\0'; text++) {
        if (*text == '"' && text[1] != '"') {
            *at = text + 1;
            return true;
        }
        text += *text == '"';
        buffer_add(to, text, 1);
    }
    return false;
}

/* Reads one row with its end of line. */
static int read_row(const char **at, const char *what, size_t number, struct strv *to,
                    struct error **err)
{
    for (;;) {
        struct buffer field = {0};
        bool closed = read_field(at, &field);

        strv_take(to, buffer_steal(&field));
        if (!closed || **at == '\0')
            return error_set(err, -EBADMSG, "'%s' is cut short in row %zu", what, number);
        if (**at == ',') {
            ++*at;
            continue;
        }
        *at += **at == '\r';
        if (**at != '\n')
            return error_set(err, -EBADMSG, "'%s' is not CSV: row %zu has text behind a quote",
                             what, number);
        ++*at;
        return 0;
    }
}

static int read_rows(const char *at, const char *what, struct csv *to, struct error **err)
{
    int code = read_row(&at, what, 1, &to->head, err);

    for (size_t number = 2; code == 0 && *at != '\0'; number++) {
        struct strv *row = vec_add(&to->rows);

        code = read_row(&at, what, number, row, err);
        if (code == 0 && row->count != to->head.count)
            code = error_set(err, -EBADMSG, "'%s': row %zu has %zu fields, the head has %zu", what,
                             number, row->count, to->head.count);
    }
    return code;
}

int csv_read(const char *text, size_t length, const char *what, struct csv *ret_csv,
             struct error **err)
{
    static const char mark[] = "\xef\xbb\xbf";
    struct csv csv = {0};
    int code;

    if (length == 0)
        return error_set(err, -EBADMSG, "'%s' is empty", what);
    if (memchr(text, '\0', length) != NULL)
        return error_set(err, -EBADMSG, "'%s' is not text", what);
    code = read_rows(text + (text_starts(text, mark) ? strlen(mark) : 0), what, &csv, err);
    if (code < 0) {
        csv_done(&csv);
        return code;
    }
    *ret_csv = csv;
    return 0;
}
