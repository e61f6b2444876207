/* SPDX-License-Identifier: Apache-2.0 */
/* A table that is printed directly to a stream. */
#include "cli/columns.h"

#include "base/cleanup.h"

void columns_init(struct columns *columns, size_t count, const char *const *headings)
{
    *columns = (struct columns){.table.columns = count};
    for (size_t i = 0; i < count; i++)
        table_add(&columns->table, headings[i], TABLE_PLAIN);
}

void columns_add(struct columns *columns, const char *text)
{
    table_add(&columns->table, text != NULL && *text != '\0' ? text : "-", TABLE_PLAIN);
}

void columns_print(const struct columns *columns, FILE *to)
{
    _cleanup_buffer_ struct buffer text = {0};

    table_print(&columns->table, "", false, &text);
    fwrite(text.data, 1, text.length, to);
}

void columns_done(struct columns *columns)
{
    table_done(&columns->table);
}
