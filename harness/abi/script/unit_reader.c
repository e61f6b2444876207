/* SPDX-License-Identifier: Apache-2.0 */
#include "abi/script/unit_reader.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

void unit_reader_done(struct unit_reader *reader)
{
    free(reader->section);
    free(reader->name);
    free(reader->value);
}

/* Reads a line with its continuation lines; comments between them are skipped. */
static char *read_line(struct unit_reader *reader)
{
    struct buffer line = {0};
    bool more = true;

    reader->line = reader->next;
    while (more && *reader->at != '\0') {
        size_t length = strcspn(reader->at, "\n"), kept = length;
        const char *begin = reader->at;

        reader->at += length + (reader->at[length] == '\n');
        reader->next++;
        if (begin[0] == '#' || begin[0] == ';') {
            more = line.length > 0;
            continue;
        }
        while (kept > 0 && isspace((unsigned char)begin[kept - 1]))
            kept--;
        more = kept > 0 && begin[kept - 1] == '\\';
        buffer_add(&line, begin, kept - more);
        if (more)
            buffer_add(&line, " ", 1);
    }
    return buffer_steal(&line);
}

bool unit_reader_next(struct unit_reader *reader)
{
    while (*reader->at != '\0') {
        _cleanup_free_ char *line = read_line(reader);
        /* systemd skips a byte order mark */
        char *plain = line + (text_starts(line, "\xEF\xBB\xBF") ? 3 : 0);
        char *text = plain + strspn(plain, " \t"), *equals = strchr(text, '='), *end;

        if (*text == '[') {
            free(reader->section);
            reader->section = text_ndup(text + 1, strcspn(text + 1, "]"));
            continue;
        }
        if (equals == NULL)
            continue;
        for (end = equals; end > text && (end[-1] == ' ' || end[-1] == '\t'); end--)
            ;
        free(reader->name);
        free(reader->value);
        reader->name = text_ndup(text, (size_t)(end - text));
        reader->value = text_dup(equals + 1 + strspn(equals + 1, " \t"));
        return true;
    }
    return false;
}

bool unit_reader_is_true(const struct unit_reader *reader)
{
    static const char *const words[] = {"1", "yes", "y", "true", "t", "on"};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (strcasecmp(reader->value, words[i]) == 0)
            return true;
    return false;
}
