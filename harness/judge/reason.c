/* SPDX-License-Identifier: Apache-2.0 */
/* Helpers for building the text of reasons. */
#include "judge/reason.h"

#include "base/text.h"

void reason_add_more(struct buffer *text, unsigned count)
{
    if (count > 1)
        buffer_format(text, " (and %u more)", count - 1);
}

void reason_add_row(struct buffer *text, const struct case_result *row)
{
    if (row != NULL && row->reason != NULL)
        buffer_format(text, ": %s", row->reason);
}
