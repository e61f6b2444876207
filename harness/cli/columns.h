/* SPDX-License-Identifier: Apache-2.0 */
/* What verbs list, with headings, as a table (reports/table). */
#ifndef TS_CLI_COLUMNS_H
#define TS_CLI_COLUMNS_H

#include <stddef.h>
#include <stdio.h>

#include "reports/table.h"

struct columns {
    struct table table;
};

/* The heading; count columns from here on. */
void columns_init(struct columns *columns, size_t count, const char *const *headings);

/* The next cell; text from files is made printable, NULL is "-". */
void columns_add(struct columns *columns, const char *text);
void columns_print(const struct columns *columns, FILE *to);
void columns_done(struct columns *columns);

#endif
