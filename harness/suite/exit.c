/* SPDX-License-Identifier: Apache-2.0 */
/* The protocol of exit codes: 0 passed, 77 skipped (automake, autopkgtest), anything else failed.
 */
#include <stdlib.h>

#include "suite/protocols.h"

static char *failure(const struct case_record *record)
{
    char *line = protocol_last_line(&record->err), *reason;

    if (line == NULL)
        line = protocol_last_line(&record->out);
    reason = text_format("exit code %d%s%s", record->end.exit_code, line != NULL ? ": " : "",
                         line != NULL ? line : ", with no output");
    free(line);
    return reason;
}

void protocol_exit(const struct case_record *record, struct case_result *row)
{
    char *reason;

    switch (record->end.exit_code) {
    case 0:
        protocol_set(row, STATUS_PASS, BLAME_NONE, NULL);
        break;
    case 77:
        reason = protocol_last_line(&record->out);
        protocol_set(row, STATUS_SKIP, BLAME_NONE,
                     reason != NULL ? reason : text_dup("exit code 77 with no reason"));
        break;
    default:
        protocol_set(row, STATUS_FAIL, BLAME_PRODUCT, failure(record));
    }
}
