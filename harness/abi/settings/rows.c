/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of a group. */
#include <stdarg.h>
#include <string.h>

#include "abi/settings/read.h"
#include "base/cleanup.h"

static void free_row(struct setting *row)
{
    free(row->name);
    free(row->value);
    free(row->origin);
}

void settings_drop_rows(struct settings_section *section)
{
    vec_foreach (row, &section->rows)
        free_row(row);
    vec_done(&section->rows);
}

void settings_done(struct settings *settings)
{
    for (int group = 0; group < SETTINGS_GROUP_COUNT; group++) {
        settings_drop_rows(&settings->groups[group]);
        free(settings->groups[group].unknown);
    }
}

struct setting *settings_row(const struct settings_section *section, const char *name)
{
    vec_foreach (row, &section->rows)
        if (strcmp(row->name, name) == 0)
            return row;
    return NULL;
}

void settings_set_first(struct settings_section *to, const char *name, const char *value,
                        const char *origin, unsigned flags)
{
    if (to->rows.count >= SETTINGS_ROWS_MAX)
        settings_unknown(to, "%s sets more than %d names", origin, SETTINGS_ROWS_MAX);
    else if (settings_row(to, name) == NULL)
        *vec_add(&to->rows) = (struct setting){.name = text_dup(name),
                                               .value = text_dup(value),
                                               .origin = text_dup(origin),
                                               .flags = flags};
}

void settings_set(struct settings_section *to, const char *name, const char *value,
                  const char *origin, unsigned flags)
{
    struct setting *old = settings_row(to, name);

    if (old != NULL) {
        free_row(old);
        to->rows.count--;
        memmove(old, old + 1, (size_t)(to->rows.items + to->rows.count - old) * sizeof(*old));
    }
    settings_set_first(to, name, value, origin, flags);
}

void settings_unknown(struct settings_section *to, const char *format, ...)
{
    va_list args;

    if (to->unknown != NULL)
        return;
    va_start(args, format);
    to->unknown = text_vformat(format, args);
    va_end(args);
}

bool settings_open_for(const struct settings_tree *tree, const char *path,
                       struct settings_section *to, struct settings_file *ret_file)
{
    enum settings_state state = settings_open(tree, path, ret_file);

    if (state == SETTINGS_UNREAD)
        settings_unknown(to, "%s", ret_file->problem);
    return state == SETTINGS_FOUND;
}

void settings_read_lines(const struct settings_tree *tree, const char *path,
                         void (*read_line)(char *line, const char *origin,
                                           struct settings_section *to),
                         struct settings_section *to)
{
    _cleanup_(settings_file_done) struct settings_file file = {.length = 0};
    size_t position = 0;

    if (!settings_open_for(tree, path, to, &file))
        return;
    while (to->unknown == NULL) {
        _cleanup_free_ char *line = settings_line(&file, &position);

        if (line == NULL)
            return;
        read_line(line, file.path, to);
    }
}
