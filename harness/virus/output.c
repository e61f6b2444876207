/* SPDX-License-Identifier: Apache-2.0 */
/* The output of clamscan: "FOLDER/N: NAME FOUND", and a summary. */
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "virus/parts.h"

/* What clamscan reports of a file that it did not scan to its end. */
#define LIMITS "Heuristics.Limits."

static void read_file(const struct unpacked *unpacked, const char *line,
                      struct virus_report *report)
{
    size_t digits = strspn(line, "0123456789"), length = strlen(line);
    _cleanup_free_ char *number = text_ndup(line, digits), *name = NULL;
    struct virus_finding *found;
    uint64_t index = 0;

    if (digits == 0 || strncmp(line + digits, ": ", 2) != 0 ||
        text_parse_u64(number, "file", 0, UINT64_MAX, &index, NULL) < 0 ||
        index >= unpacked->paths.count)
        return;
    line += digits + 2;
    length -= digits + 2;
    if (!text_ends(line, " FOUND") || text_starts(line, LIMITS)) {
        strv_take(&report->open,
                  text_format("not scanned: %s: %s", unpacked->paths.items[index], line));
        return;
    }
    found = vec_add(&report->found);
    found->path = text_dup(unpacked->paths.items[index]);
    found->name = text_ndup(line, length - strlen(" FOUND"));
}

static bool read_number(const char *line, const char *key, uint64_t *ret)
{
    return text_starts(line, key) &&
           text_parse_u64(line + strlen(key), key, 0, UINT64_MAX, ret, NULL) == 0;
}

void virus_read_output(const struct unpacked *unpacked, const char *text,
                       struct virus_report *report)
{
    _cleanup_strv_ struct strv lines = {0};
    size_t given = unpacked->paths.count - unpacked->empty, work = strlen(unpacked->work);
    uint64_t scanned = 0, infected = UINT64_MAX;

    strv_split(&lines, text, "\n");
    for (size_t i = 0; i < lines.count; i++) {
        const char *line = lines.items[i];

        if (strncmp(line, unpacked->work, work) == 0 && line[work] == '/')
            read_file(unpacked, line + work + 1, report);
        else if (text_starts(line, "Engine version: "))
            text_replace(&report->engine, line + strlen("Engine version: "));
        else if (!read_number(line, "Known viruses: ", &report->signatures) &&
                 !read_number(line, "Scanned files: ", &scanned))
            read_number(line, "Infected files: ", &infected);
    }
    report->files = (size_t)scanned;
    if (report->signatures == 0)
        strv_add(&report->open, "clamscan loaded no signatures");
    if (scanned != given)
        strv_take(&report->open, text_format("clamscan says that it scanned %llu of %zu files",
                                             (unsigned long long)scanned, given));
    if (infected == UINT64_MAX)
        strv_add(&report->open, "clamscan printed no summary");
    else if (infected > 0 && report->found.count == 0)
        strv_take(&report->open, text_format("clamscan counts %llu infected files, and names none",
                                             (unsigned long long)infected));
}
