/* SPDX-License-Identifier: Apache-2.0 */
#include "reports/selection_view.h"

#include "base/cleanup.h"
#include "base/json_write.h"
#include "base/text.h"
#include "base/translate.h"
#include "model/query.h"
#include "reports/matrix_view.h"

void selection_view_text(const struct selection *selection, const char *one, const char *many,
                         bool colour, struct buffer *out)
{
    _cleanup_buffer_ struct buffer text = {0};
    const char *noun = text_plural(selection->total, one, many);

    if (selection->query == NULL)
        return;
    if (selection->count > 0)
        buffer_format(&text, _("Shown: %zu of %zu %s, query: "), selection->count, selection->total,
                      noun);
    else
        buffer_format(&text, _("Shown: none of %zu %s; nothing matches the query: "),
                      selection->total, noun);
    matrix_view_line(selection->query, QUERY_BYTES_MAX, &text);
    table_paint(out, text.data, TABLE_YELLOW, colour);
    buffer_text(out, "\n");
}

void selection_view_write_json(const struct selection *selection, struct json_writer *to)
{
    if (selection->query == NULL) {
        json_write_null(to, "query");
        return;
    }
    json_write_object(to, "query");
    json_write_text(to, "text", selection->query);
    json_write_integer(to, "shown", (int64_t)selection->count);
    json_write_integer(to, "total", (int64_t)selection->total);
    json_write_end(to);
}
