/* SPDX-License-Identifier: Apache-2.0 */
/* Collects what the readers of reports find. */
#include "reported/report.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"

static void case_done(struct reported_case *row)
{
    free(row->name);
    free(row->key);
    free(row->reason);
    free(row->raw);
    free(row->url);
}

void reported_done(struct reported *report)
{
    vec_foreach (file, &report->files) {
        free(file->name);
        buffer_done(&file->data);
    }
    vec_done(&report->files);
    vec_foreach (row, &report->cases)
        case_done(row);
    vec_done(&report->cases);
    vec_foreach (fact, &report->facts) {
        free(fact->key);
        free(fact->value);
    }
    vec_done(&report->facts);
    strv_done(&report->gaps);
    *report = (struct reported){.folder = false};
}

const struct reported_format *reported_format_find(const char *name)
{
    static const struct reported_format formats[] = {
        {"junit", true, true, reported_read_junit},
        {"ctest", true, true, reported_read_ctest},
        {"kcidb", true, false, reported_read_kcidb},
        {"kunpeng", false, true, reported_read_kunpeng},
        {"leapp", true, false, reported_read_leapp},
        {"lkp", false, true, reported_read_lkp},
        {"oecp", true, true, reported_read_oecp},
    };

    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
        if (strcmp(formats[i].name, name) == 0)
            return &formats[i];
    return NULL;
}

char *reported_line(const char *text)
{
    struct buffer line = {0};

    if (text == NULL)
        return NULL;
    buffer_printable(&line, text, strnlen(text, REPORTED_TEXT), false);
    return buffer_steal(&line);
}

int reported_add_case(struct reported *report, const char *name, enum status status,
                      const char *reason, const char *raw, struct reported_case **ret_row,
                      struct error **err)
{
    struct reported_case *row;

    if (report->cases.count >= REPORTED_CASES)
        return error_set(err, -EFBIG,
                         "the report has more than %d tests: import its parts as separate suites",
                         REPORTED_CASES);
    row = vec_add(&report->cases);
    row->name = reported_line(name);
    row->item = ITEM_FUNCTION;
    row->status = status;
    row->reason = reported_line(reason);
    row->raw = reported_line(raw);
    if (ret_row != NULL)
        *ret_row = row;
    return 0;
}

void reported_add_fact(struct reported *report, const char *key, const char *value)
{
    struct reported_fact *fact = vec_add(&report->facts);

    fact->key = text_dup(key);
    fact->value = reported_line(value);
}

void reported_add_gap(struct reported *report, const char *format, ...)
{
    va_list args;
    char *text;

    va_start(args, format);
    text = text_vformat(format, args);
    va_end(args);
    if (report->gaps.count >= REPORTED_GAPS || strv_has(&report->gaps, text))
        free(text);
    else
        strv_take(&report->gaps, text);
}

/* Seconds east of UTC behind the time; false: no zone is given. */
static bool read_zone(const char *text, int64_t *ret_seconds)
{
    int hours, minutes, length = 0;

    *ret_seconds = 0;
    if (*text == '.')
        text += 1 + strspn(text + 1, "0123456789");
    if (*text == 'Z')
        return true;
    if ((*text != '+' && *text != '-') ||
        (sscanf(text + 1, "%2d:%2d%n", &hours, &minutes, &length) != 2 &&
         sscanf(text + 1, "%2d%2d%n", &hours, &minutes, &length) != 2) ||
        length < 4 || hours < 0 || hours > 14 || minutes < 0 || minutes > 59)
        return false;
    *ret_seconds = (hours * 60 + minutes) * 60;
    if (*text == '-')
        *ret_seconds = -*ret_seconds;
    return true;
}

void reported_take_time(struct reported *report, const char *text, bool latest)
{
    struct tm day = {0};
    const char *end = text != NULL ? strptime(text, "%Y-%m-%d", &day) : NULL;
    int64_t zone, ms;

    if (end == NULL || (*end != 'T' && *end != ' '))
        return;
    end = strptime(end + 1, "%H:%M:%S", &day);
    if (end == NULL)
        return;
    ms = (int64_t)timegm(&day) * 1000;
    if (!read_zone(end, &zone))
        reported_add_gap(report, "its times have no zone and are taken as UTC");
    ms -= zone * 1000;
    if (ms <= 0 || ms > clock_wall_ms()) {
        _cleanup_free_ char *line = reported_line(text);

        reported_add_gap(report,
                         "its time '%s' is not one at which it can have run, and is ignored", line);
        return;
    }
    if (report->time_ms == 0 || (latest ? ms > report->time_ms : ms < report->time_ms))
        report->time_ms = ms;
}
