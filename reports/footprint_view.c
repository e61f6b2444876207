/* SPDX-License-Identifier: Apache-2.0 */
/* The footprint as text. */
#include "reports/footprint_view.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "reports/matrix_view.h"
#include "reports/table.h"

enum { ENTRIES_SHOWN = 40, LINE_BYTES = 400 };

enum footprint_end footprint_view_end(const struct footprint *footprint,
                                      const struct footprint_entry *entry)
{
    if (footprint_find(footprint, FOOTPRINT_UNINSTALLED) == NULL)
        return FOOTPRINT_THERE;
    if (!entry->left)
        return FOOTPRINT_UNDONE;
    return entry->fault             ? FOOTPRINT_LEFT
           : entry->allowed != NULL ? FOOTPRINT_ALLOWED
                                    : FOOTPRINT_NOTED;
}

const struct footprint_entry **footprint_view_sort(const struct footprint *footprint)
{
    const struct footprint_entry **sorted =
        text_calloc(footprint->entries.count + 1, sizeof(*sorted));
    size_t count = 0;

    for (enum footprint_end end = 0; end < FOOTPRINT_END_COUNT; end++)
        vec_foreach (entry, &footprint->entries)
            if (footprint_view_end(footprint, entry) == end)
                sorted[count++] = entry;
    return sorted;
}

static void add_row(struct table *table, const struct footprint *footprint,
                    const struct footprint_entry *entry)
{
    static const char *const ends[] = {[FOOTPRINT_LEFT] = "left behind",
                                       [FOOTPRINT_ALLOWED] = "allowed",
                                       [FOOTPRINT_NOTED] = "left",
                                       [FOOTPRINT_THERE] = "there",
                                       [FOOTPRINT_UNDONE] = "undone"};
    enum footprint_end end = footprint_view_end(footprint, entry);
    _cleanup_buffer_ struct buffer text = {0};

    matrix_view_line(entry->name, LINE_BYTES, &text);
    if (entry->detail != NULL) {
        buffer_text(&text, ": ");
        matrix_view_line(entry->detail, LINE_BYTES, &text);
    }
    if (entry->allowed != NULL) {
        buffer_text(&text, "; allowed: ");
        matrix_view_line(entry->allowed, LINE_BYTES, &text);
    }
    table_add(table, ends[end],
              end == FOOTPRINT_LEFT              ? TABLE_RED
              : entry->kind == FOOTPRINT_OS_FILE ? TABLE_YELLOW
              : end == FOOTPRINT_UNDONE          ? TABLE_DIM
                                                 : TABLE_PLAIN);
    table_add(table, footprint_change_name(entry->change), TABLE_PLAIN);
    table_add(table, footprint_kind_name(entry->kind), TABLE_PLAIN);
    table_add(table, text.data, TABLE_PLAIN);
}

void footprint_view_text(const struct footprint *footprint, bool all, bool colour,
                         struct buffer *out)
{
    _cleanup_(table_done) struct table table = {.columns = 4};
    _cleanup_free_ const struct footprint_entry **sorted = NULL;
    size_t count = footprint->entries.count;
    size_t shown = all || count < ENTRIES_SHOWN ? count : ENTRIES_SHOWN;

    if (footprint->state == FOOTPRINT_NONE)
        return;
    buffer_text(out, "\nfootprint: changes to the system besides the files of packages\n");
    if (footprint->reason != NULL) {
        buffer_text(out, "  not completely known: ");
        matrix_view_line(footprint->reason, LINE_BYTES, out);
        buffer_text(out, "\n");
    } else if (count == 0) {
        buffer_text(out, "  none\n");
    }
    sorted = footprint_view_sort(footprint);
    for (size_t i = 0; i < shown; i++)
        add_row(&table, footprint, sorted[i]);
    table_print(&table, "  ", colour, out);
    if (count > shown)
        buffer_format(out, "  and %zu more ('--full' shows them)\n", count - shown);
}
