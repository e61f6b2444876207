/* SPDX-License-Identifier: Apache-2.0 */
/* Lists printed by verbs, as a table with headings (reports/table). */
#ifndef TS_CLI_COLUMNS_H
#define TS_CLI_COLUMNS_H

#include <stddef.h>
#include <stdio.h>

#include "reports/table.h"

struct columns {
    struct table table;
};

/* Starts a table with `count` columns and these headings. */
void columns_init(struct columns *columns, size_t count, const char *const *headings);

/* Adds the next cell; the text is escaped, NULL is printed as "-". */
void columns_add(struct columns *columns, const char *text);
void columns_print(const struct columns *columns, FILE *to);
void columns_done(struct columns *columns);

#endif
