/* SPDX-License-Identifier: Apache-2.0 */
/* A runtest file of the Linux Test Project: lines "TAG COMMAND", a case for each. */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/text.h"
#include "import/draft.h"

#define TIMEOUT_S 300 /* tests limit themselves; LTP's default is 300 s */

/* Splits a line into tag and command; false: it has none. */
static bool split(char *line, char **ret_tag, char **ret_command)
{
    char *tag = line + strspn(line, " \t"), *command;

    if (*tag == '\0' || *tag == '#')
        return false;
    command = tag + strcspn(tag, " \t");
    if (*command == '\0')
        return false;
    *command++ = '\0';
    command += strspn(command, " \t");
    if (*command == '\0' || !isalnum((unsigned char)*tag))
        return false;
    *ret_tag = tag;
    *ret_command = command;
    return true;
}

/* A file of that form is recognised by its folder: runtest/NAME. */
bool ltp_is(const char *source)
{
    _cleanup_free_ char *folder = text_dup(source);
    char *slash = strrchr(folder, '/');

    if (slash == NULL || path_is_folder(source))
        return false;
    *slash = '\0';
    return strcmp(path_base(folder), "runtest") == 0;
}

int ltp_read(const char *source, struct draft *draft, struct error **err)
{
    _cleanup_buffer_ struct buffer text = {0};
    _cleanup_strv_ struct strv lines = {0};
    int code = path_read(source, IMPORT_FILE_BYTES, &text, err);

    if (code < 0)
        return code;
    draft->product = text_dup("Linux Test Project");
    draft->vendor = text_dup("LTP");
    strv_add(&draft->programs, "run-ltp");
    strv_split(&lines, text.data, "\r\n");
    for (size_t i = 0; i < lines.count; i++) {
        _cleanup_free_ char *quoted = NULL;
        char *tag, *command;
        struct draft_case *row;

        if (!split(lines.items[i], &tag, &command)) {
            if (lines.items[i][strspn(lines.items[i], " \t")] != '#')
                draft_note(draft, "Line `%s` has no tag and command", lines.items[i]);
            continue;
        }
        if (!draft_wants(draft, tag))
            continue;
        if (draft->cases.count >= IMPORT_CASES)
            return error_set(err, -EINVAL, "'%s' has more than %d tests", source, IMPORT_CASES);
        quoted = draft_quote(command);
        row = draft_add_case(draft, tag);
        row->timeout_s = TIMEOUT_S;
        row->script = text_format("exec \"$TOUCHSTONE_SUITE/lib/run-ltp\" %s\n", quoted);
    }
    return draft->cases.count > 0 || draft->only->count > 0
               ? 0
               : error_set(err, -EINVAL, "'%s' has no line of the form 'TAG COMMAND'", source);
}
