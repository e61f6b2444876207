/* SPDX-License-Identifier: Apache-2.0 */
#include "abi/metadata/triggers.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

static bool is_directive(const char *word, size_t length)
{
    static const char *const names[] = {"interest", "interest-await", "interest-noawait",
                                        "activate", "activate-await", "activate-noawait"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strlen(names[i]) == length && strncmp(names[i], word, length) == 0)
            return true;
    return false;
}

static char *line_fault(const char *line, unsigned number)
{
    size_t word = strcspn(line, " \t");
    const char *name = line + word + strspn(line + word, " \t");

    if (line[word] == '\0')
        return text_format("line %u, '%s': a directive needs a trigger's name", number, line);
    if (!is_directive(line, word))
        return text_format("line %u: dpkg knows no directive '%.*s'", number, (int)word, line);
    for (const char *at = name; *at != '\0'; at++)
        if (*at <= ' ' || *at >= 0x7f)
            return text_format("line %u: the trigger's name '%s' contains a blank or a character "
                               "that is not ASCII",
                               number, name);
    return NULL;
}

char *triggers_fault(const char *text)
{
    char *fault = NULL;
    unsigned number = 0;

    while (*text != '\0' && fault == NULL) {
        size_t length = strcspn(text, "\n");
        const char *begin = text + strspn(text, " \t");
        _cleanup_free_ char *line = NULL;

        number++;
        if (text[length] == '\0')
            return text_format("line %u does not end with a newline", number);
        if (begin < text + length && *begin != '#') {
            line = text_ndup(begin, (size_t)(text + length - begin));
            for (size_t end = strlen(line); end > 0 && strchr(" \t", line[end - 1]) != NULL; end--)
                line[end - 1] = '\0';
            fault = line_fault(line, number);
        }
        text += length + 1;
    }
    return fault;
}
