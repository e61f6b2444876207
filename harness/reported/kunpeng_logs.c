/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the logs of the Kunpeng compatibility tool. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "reported/kunpeng.h"
#include "reported/report.h"

enum { TIME_BYTES = sizeof("2026-01-31 10:00:00") - 1 };

/* The file with this path below data/, with a date or the like behind it; NULL: none. */
static const struct reported_file *find_log(const struct kunpeng *in, const char *path)
{
    _cleanup_free_ char *full = text_format("%sdata/%s", in->base, path);

    vec_foreach (file, &in->report->files)
        if (text_starts(file->name, full))
            return file;
    return NULL;
}

/* A measurement is a line that begins so and has a digit; one that tells of infected files must
 * tell of none. */
static bool says(const struct reported_file *file, const char *text)
{
    const char *at = file->data.data, *end = at != NULL ? at + file->data.length : NULL;
    size_t key = strcspn(text, "0\n");
    bool found = false;

    while (at != NULL && at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t length = (size_t)((stop != NULL ? stop : end) - at);
        const char *value = at + key;

        if (length > key && memcmp(at, text, key) == 0) {
            bool digit = false;

            for (const char *each = value; each < at + length; each++)
                digit |= *each >= '0' && *each <= '9';
            if (text[key] == '0' && !(*value == '0' && strspn(value, "0") == length - key))
                return false;
            found |= digit;
        }
        at += length + 1;
    }
    return found;
}

char *kunpeng_missing_log(const struct kunpeng *in, const struct tool_item *item)
{
    char *missing = NULL;

    for (int i = 0; i < KUNPENG_LOGS && item->logs[i] != NULL; i++) {
        const struct reported_file *file = find_log(in, item->logs[i]);
        bool said = file != NULL && item->text == NULL;

        for (const char *const *text = item->text; file != NULL && text != NULL && *text != NULL;
             text++)
            said = said || says(file, *text);
        if (said && item->any) {
            free(missing);
            return NULL;
        }
        if (!said && missing == NULL)
            missing = file == NULL ? text_format("there is no log data/%s", item->logs[i])
                                   : text_format("data/%s has no line '%.*s'", item->logs[i],
                                                 (int)strcspn(item->text[0], "\n"), item->text[0]);
    }
    return missing;
}

char *kunpeng_failed_functions(const struct kunpeng *in, const struct tool_item *item)
{
    static const char *const counts[] = {"failures=", " failed, ", " failed in "};

    for (int i = 0; item->any && i < KUNPENG_LOGS; i++) {
        const struct reported_file *file = find_log(in, item->logs[i]);

        for (size_t c = 0; file != NULL && file->data.data != NULL && c < 3; c++) {
            const char *begin = file->data.data, *end = begin + file->data.length;
            const char *at = memmem(begin, file->data.length, counts[c], strlen(counts[c]));
            const char *first = at, *last;

            if (at == NULL)
                continue;
            while (first > begin && first[-1] != '\n')
                first--;
            last = memchr(at, '\n', (size_t)(end - at));
            return text_ndup(first, (size_t)((last != NULL ? last : end) - first));
        }
    }
    return NULL;
}

/* The last time in info.log is that of the latest run; each line begins with "#DATE TIME#". */
static void read_info(const struct kunpeng *in)
{
    const struct reported_file *file = find_log(in, "others/info.log");
    const char *at = file != NULL ? file->data.data : NULL;

    if (at == NULL)
        reported_add_gap(in->report, "there is no log data/others/info.log");
    while (at != NULL) {
        if (*at == '#' && strnlen(at, TIME_BYTES + 2) == TIME_BYTES + 2 &&
            at[TIME_BYTES + 1] == '#') {
            _cleanup_free_ char *time = text_ndup(at + 1, TIME_BYTES);

            reported_take_time(in->report, time, true);
        }
        at = strchr(at, '\n');
        at += at != NULL;
    }
}

/* As lscpu says it. */
static void read_cpu(const struct kunpeng *in)
{
    static const char *const keys[] = {"Architecture:", "架构："};
    const struct reported_file *file = find_log(in, "hardware/hardware_cpu.log");

    for (size_t k = 0; file != NULL && file->data.data != NULL && k < 2; k++) {
        const char *at = strstr(file->data.data, keys[k]);
        _cleanup_free_ char *arch = NULL;

        if (at == NULL)
            continue;
        at += strlen(keys[k]);
        at += strspn(at, " \t");
        arch = text_ndup(at, strcspn(at, " \t\r\n"));
        in->report->has_arch = arch_parse(arch, &in->report->arch);
        reported_add_fact(in->report, "kunpeng.architecture", arch);
    }
    if (!in->report->has_arch)
        reported_add_gap(in->report, "its logs do not say which architecture it ran on");
}

void kunpeng_read_facts(const struct kunpeng *in)
{
    read_info(in);
    read_cpu(in);
}
