/* SPDX-License-Identifier: Apache-2.0 */
#include "reports/case_files.h"

#include <string.h>

#include "base/text.h"

#define NAME_BYTES 120

bool case_file_is(const struct evidence *blob)
{
    return blob->case_id != NULL &&
           (text_equal(blob->name, "report") || text_starts(blob->name, "report/") ||
            text_starts(blob->name, "artifact/"));
}

char *case_file_name(const struct evidence *blob)
{
    static const char good[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+-";
    const char *slash = strchr(blob->name, '/');
    const char *name = slash != NULL ? slash + 1 : blob->name;
    size_t length = strlen(name);
    char *safe;

    /* The end of a long name says more than its beginning: it has the extension. */
    if (length > NAME_BYTES)
        name += length - NAME_BYTES;
    if (*name == '\0')
        return text_dup("_");
    safe = text_dup(name);
    for (char *at = safe; *at != '\0'; at++)
        if (strchr(good, *at) == NULL)
            *at = '_';
    if (safe[0] == '.' || safe[0] == '-')
        safe[0] = '_';
    return safe;
}
