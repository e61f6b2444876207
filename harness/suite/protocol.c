/* SPDX-License-Identifier: Apache-2.0 */
/* What all protocols have in common: limits, signals, and exit codes of a broken test. */
#include "suite/protocol.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "suite/protocols.h"

#define REASON_MAX 240 /* bytes of guest text in a reason */

static void (*const interpreters[])(const struct case_record *record, struct case_result *row) = {
    [PROTOCOL_EXIT] = protocol_exit,
    [PROTOCOL_TAP] = protocol_tap,
    [PROTOCOL_TAP_DOCUMENTS] = protocol_tap_documents,
    [PROTOCOL_JUNIT] = protocol_junit,
    [PROTOCOL_CTEST] = protocol_ctest,
    [PROTOCOL_GTEST] = protocol_gtest,
    [PROTOCOL_GOTEST] = protocol_gotest,
    [PROTOCOL_KSELFTEST] = protocol_kselftest,
    [PROTOCOL_AVOCADO] = protocol_avocado,
    [PROTOCOL_PHORONIX] = protocol_phoronix,
};
_Static_assert(sizeof(interpreters) / sizeof(interpreters[0]) == PROTOCOL_COUNT, "one each");

void protocol_set(struct case_result *row, enum status status, enum blame blame, char *reason)
{
    free(row->reason);
    row->status = status;
    row->blame = blame;
    row->reason = reason;
}

char *protocol_show(const char *text, size_t length)
{
    struct buffer shown = {0};
    bool cut = length > REASON_MAX;

    buffer_printable(&shown, text, cut ? REASON_MAX : length, false);
    if (cut)
        buffer_text(&shown, "…");
    return buffer_steal(&shown);
}

char *protocol_last_line(const struct buffer *text)
{
    size_t end = text->length, start;

    while (end > 0 && strchr(" \t\r\n", text->data[end - 1]) != NULL && text->data[end - 1] != '\0')
        end--;
    start = end;
    while (start > 0 && text->data[start - 1] != '\n')
        start--;
    return end > start ? protocol_show(text->data + start, end - start) : NULL;
}

/* True if the way the case ended shows already that the test broke. */
static bool broke(const struct case_record *record, struct case_result *row)
{
    const struct record_end *end = &record->end;
    _cleanup_free_ char *line = protocol_last_line(&record->err);
    char *reason = NULL;

    if (end->timed_out)
        reason = text_format("time limit of %.12g s reached", (double)end->timeout_ms / 1000);
    else if (end->exit_code < 0)
        reason = text_format("killed by signal %d (%s)", end->signal, strsignal(end->signal));
    else if (end->exit_code == 126 || end->exit_code == 127)
        reason = text_format("exit code %d: the case, or a program it calls, cannot be started%s%s",
                             end->exit_code, line != NULL ? ": " : "", line != NULL ? line : "");
    else if (end->exit_code == 99)
        reason = text_format("exit code 99: the case reports that the test itself broke%s%s",
                             line != NULL ? ": " : "", line != NULL ? line : "");
    if (reason != NULL)
        protocol_set(row, STATUS_ERROR, BLAME_SUITE, reason);
    return reason != NULL;
}

/* Truncated output may have contained anything; only a failure by exit code is certain. */
static void cut_off(const struct case_record *record, struct case_result *row)
{
    uint64_t dropped = record->out_dropped + record->err_dropped;

    if (dropped > 0 && row->status != STATUS_FAIL && row->status != STATUS_ERROR)
        protocol_set(row, STATUS_ERROR, BLAME_SUITE,
                     text_format("output truncated: %llu bytes beyond the limit were dropped; "
                                 "print less in the case",
                                 (unsigned long long)dropped));
}

void protocol_interpret(enum protocol protocol, const struct case_record *record,
                        struct case_result *row)
{
    row->started = true;
    row->exit_code = record->end.exit_code;
    row->duration_ms = record->end.duration_ms;
    interpreters[protocol](record, row);
    /* A report that was written to a file is whole, however much was printed beside it. */
    if (!broke(record, row) && (protocol < PROTOCOL_JUNIT || record->report.count == 0))
        cut_off(record, row);
}

void protocol_withhold(struct case_result *row)
{
    char *reason;

    if (row->judgeable || (row->status != STATUS_PASS && row->status != STATUS_FAIL))
        return;
    reason = text_format("not judged at this grade; it %s%s%s",
                         row->status == STATUS_PASS ? "passed" : "failed",
                         row->reason != NULL ? ": " : "", row->reason != NULL ? row->reason : "");
    protocol_set(row, STATUS_DONE, BLAME_NONE, reason);
}
