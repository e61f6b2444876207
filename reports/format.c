/* SPDX-License-Identifier: Apache-2.0 */
/* Finds a format by name or by the suffix of a file name. */
#include "reports/format.h"

#include <string.h>

const struct report_format *report_format_find(const char *name)
{
    for (const struct report_format *const *at = report_formats; *at != NULL; at++)
        if (strcmp((*at)->name, name) == 0)
            return *at;
    return NULL;
}

const struct report_format *report_format_of_file(const char *path)
{
    const struct report_format *found = NULL;
    size_t length = strlen(path), longest = 0;

    for (const struct report_format *const *at = report_formats; *at != NULL; at++) {
        size_t ending = strlen((*at)->ending);

        if (length <= ending || ending <= longest ||
            strcmp(path + length - ending, (*at)->ending) != 0)
            continue;
        found = *at;
        longest = ending;
    }
    return found;
}
