/* SPDX-License-Identifier: Apache-2.0 */
/* Reads one group each; parts of settings_read. */
#ifndef TS_ABI_SETTINGS_READ_H
#define TS_ABI_SETTINGS_READ_H

#include "abi/settings/settings.h"
#include "abi/settings/tree.h"

/* A function may read the groups before its own, as they are in `all`. */
#define GROUP(id, name, read)                                                                      \
    void read(const struct settings_tree *tree, const struct settings *all,                        \
              struct settings_section *to);
#include "abi/settings/groups.def"
#undef GROUP

#define SETTINGS_ROWS_MAX 4096 /* of a group; one with more is unknown */

struct setting *settings_row(const struct settings_section *section, const char *name);

/* Adds a row at the end; one of the same name is removed, so that the last assignment counts. */
void settings_set(struct settings_section *to, const char *name, const char *value,
                  const char *origin, unsigned flags);

/* The same unless there is one: the first assignment counts. */
void settings_set_first(struct settings_section *to, const char *name, const char *value,
                        const char *origin, unsigned flags);

void settings_drop_rows(struct settings_section *section);

/* Makes the group unknown. The first reason counts. */
void settings_unknown(struct settings_section *to, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Opens a file; if it cannot be read, the group becomes unknown. False: there is nothing to read.
 */
bool settings_open_for(const struct settings_tree *tree, const char *path,
                       struct settings_section *to, struct settings_file *ret_file);

/* Reads a file line by line; read_line may change the line, and gets the path as the origin. */
void settings_read_lines(const struct settings_tree *tree, const char *path,
                         void (*read_line)(char *line, const char *origin,
                                           struct settings_section *to),
                         struct settings_section *to);

/* Adds "NAME=VALUE" lines of a file that a shell could read; separators: what ends a name; keys:
 * only these, a list that ends with NULL; NULL: all. */
void settings_read_pairs(const struct settings_tree *tree, const char *path, const char *separators,
                         const char *const *keys, struct settings_section *to);

#endif
