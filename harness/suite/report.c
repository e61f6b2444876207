/* SPDX-License-Identifier: Apache-2.0 */
/* From the points of a report to the status of a case. */
#include "suite/report.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "suite/protocols.h"

void report_break(struct report *report, const char *format, ...)
{
    va_list args;

    if (report->broken != NULL)
        return;
    va_start(args, format);
    report->broken = text_vformat(format, args);
    va_end(args);
}

static char *show(const char *text)
{
    return text != NULL ? protocol_show(text, strlen(text)) : NULL;
}

void report_add(struct report *report, enum status status, const char *name, const char *detail,
                const char *raw)
{
    struct point *point;

    if (report->row->points.count >= REPORT_POINTS_MAX) {
        report_break(report, "more than %d test points", REPORT_POINTS_MAX);
        return;
    }
    point = vec_add(&report->row->points);
    point->name = show(name);
    point->status = status;
    point->detail = show(detail);
    point->raw = show(raw);
    if (report->counts[status]++ == 0)
        report->worst[status] =
            text_format("%s%s%s", point->name, point->detail != NULL ? ": " : "",
                        point->detail != NULL ? point->detail : "");
}

size_t report_count(const struct report *report)
{
    size_t count = 0;

    for (int i = 0; i < STATUS_COUNT; i++)
        count += report->counts[i];
    return count;
}

const char *report_member(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text != NULL ? text : "";
}

void report_compare(struct report *report, const json_t *declared, const char *what,
                    const char *key, size_t listed)
{
    const json_t *value = json_object_get(declared, key);

    if (!json_is_integer(value) || json_integer_value(value) != (json_int_t)listed)
        report_break(report, "'%s' of %s is not %zu, the number that it lists", key, what, listed);
}

char *report_first_line(const char *text)
{
    for (; text != NULL && *text != '\0'; text++) {
        size_t length = strcspn(text, "\r\n"), blank = strspn(text, " \t\r\n");

        if (blank < length)
            return text_ndup(text + blank, length - blank);
        text += length;
        if (*text == '\0')
            break;
    }
    return NULL;
}

/* Why a case without a report has none. */
static void conclude_missing(const struct case_record *record, struct report *report)
{
    _cleanup_free_ char *line = protocol_last_line(&record->err);

    if (record->end.exit_code == 77) {
        char *reason = protocol_last_line(&record->out);

        protocol_set(report->row, STATUS_SKIP, BLAME_NONE,
                     reason != NULL ? reason : text_dup("exit code 77 with no reason"));
        return;
    }
    protocol_set(report->row, STATUS_ERROR, BLAME_SUITE,
                 text_format("no %s report in $TOUCHSTONE_REPORT (exit code %d%s%s)", report->kind,
                             record->end.exit_code, line != NULL ? ": " : "",
                             line != NULL ? line : ""));
}

static void conclude(const struct case_record *record, struct report *report)
{
    struct case_result *row = report->row;
    size_t count = report_count(report);

    if (report->broken != NULL)
        protocol_set(
            row, STATUS_ERROR, BLAME_SUITE,
            text_format("not the %s report of a whole run: %s", report->kind, report->broken));
    else if (count == 0)
        protocol_set(row, STATUS_ERROR, BLAME_SUITE,
                     text_format("the %s report contains no test", report->kind));
    else if (report->counts[STATUS_FAIL] > 0)
        protocol_set(row, STATUS_FAIL, BLAME_PRODUCT,
                     text_format("%s (%zu of %zu failed)", report->worst[STATUS_FAIL],
                                 report->counts[STATUS_FAIL], count));
    else if (report->counts[STATUS_ERROR] > 0)
        protocol_set(row, STATUS_ERROR, BLAME_SUITE,
                     text_format("%s (%zu of %zu tests broke)", report->worst[STATUS_ERROR],
                                 report->counts[STATUS_ERROR], count));
    else if (record->end.exit_code != 0)
        protocol_set(row, STATUS_ERROR, BLAME_SUITE,
                     text_format("exit code %d although no test of the report failed",
                                 record->end.exit_code));
    else if (report->counts[STATUS_PASS] > 0)
        protocol_set(row, STATUS_PASS, BLAME_NONE, NULL);
    else
        protocol_set(row, STATUS_SKIP, BLAME_NONE,
                     text_format("no test was judged: %s", report->counts[STATUS_SKIP] > 0
                                                               ? report->worst[STATUS_SKIP]
                                                               : report->worst[STATUS_DONE]));
}

static bool is_document(const struct collected_file *file, const char *suffix)
{
    return file->left_files == 0 &&
           (file->name[0] == '\0' || suffix == NULL || text_ends(file->name, suffix));
}

void report_interpret(const struct case_record *record, struct case_result *row, const char *kind,
                      enum report_source source, const char *suffix,
                      void (*read)(struct report *report, const char *text, size_t length))
{
    struct report report = {.row = row, .kind = kind};
    uint64_t files, bytes;
    size_t documents = 0;

    collected_count_left(&record->report, &files, &bytes);
    if (files > 0)
        report_break(&report, "%llu of its files with %llu bytes are beyond the limits",
                     (unsigned long long)files, (unsigned long long)bytes);
    vec_foreach (file, &record->report) {
        if (!is_document(file, suffix))
            continue;
        documents++;
        read(&report, file->data, file->size);
    }
    if (source == REPORT_STDOUT && record->report.count == 0 && record->out.length > 0) {
        documents++;
        if (record->out_dropped > 0)
            report_break(&report,
                         "output truncated: %llu bytes beyond the limit were dropped; write the "
                         "report to $TOUCHSTONE_REPORT",
                         (unsigned long long)record->out_dropped);
        read(&report, record->out.data, record->out.length);
    }
    if (documents == 0 && report.broken == NULL)
        conclude_missing(record, &report);
    else
        conclude(record, &report);
    for (int i = 0; i < STATUS_COUNT; i++)
        free(report.worst[i]);
    free(report.broken);
}
