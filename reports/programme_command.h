/* SPDX-License-Identifier: Apache-2.0 */
/* The command that measures what a programme's items lack. */
#ifndef TS_REPORTS_PROGRAMME_COMMAND_H
#define TS_REPORTS_PROGRAMME_COMMAND_H

#include "judge/programme.h"
#include "reports/report.h"

/* For all items of that state on a platform, which is PROGRAMME_NOT_MEASURED or
 * PROGRAMME_NEEDS_HARDWARE; NULL: no item is in it. Built-in probes that would measure an item
 * without a case are asked for; *touchstone run* refuses those that the suite has no load for, and
 * says what to write. Caller frees. */
char *programme_command(const struct report *report, const struct programme *programme,
                        const struct programme_column *column, enum programme_state state);

/* The same for the item of one mark of the column; NULL if nothing needs to be measured. */
char *programme_command_of(const struct report *report, const struct programme *programme,
                           const struct programme_column *column,
                           const struct programme_mark *mark);

#endif
