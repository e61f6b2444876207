/* SPDX-License-Identifier: Apache-2.0 */
/* Wrappers and interpreters in command lines. */
#include "abi/script/invocation.h"

#include <string.h>

#include "abi/script/shell_option.h"
#include "abi/script/shell_use.h"
#include "base/path.h"

size_t invocation_program(const struct strv *words, size_t from)
{
    struct shell_command command = {0};
    size_t at;

    for (size_t i = from; i < words->count; i++)
        *(struct shell_word *)vec_add(&command.words) =
            (struct shell_word){.text = words->items[i]};
    at = from + shell_program_at(&command);
    vec_done(&command.words);
    return at;
}

/* java -jar FILE: options before it may take a value in the next word. */
static size_t find_jar(const struct strv *words, size_t at)
{
    for (at++; at + 1 < words->count; at++)
        if (text_equal(words->items[at], "-jar"))
            return at + 1;
    return 0;
}

static size_t shell_argument(const struct strv *words, size_t at, bool *ret_code)
{
    struct shell_options options;
    _cleanup_free_ char *fault = shell_options_read(
        SHELL_BASH, (const char *const *)words->items + at + 1, words->count - at - 1, &options);
    size_t argument = at + 1 + options.operand;

    if (fault != NULL || options.nothing || argument >= words->count)
        return 0;
    *ret_code = options.code;
    return argument;
}

bool invocation_is_login(const struct strv *words, size_t at)
{
    for (at++; at < words->count && words->items[at][0] == '-'; at++)
        if (text_equal(words->items[at], "--login") ||
            (words->items[at][1] != '-' && strchr(words->items[at], 'l') != NULL))
            return true;
    return false;
}

size_t invocation_argument(const struct strv *words, size_t at, bool *ret_code)
{
    bool module;
    size_t argument = invocation_source(words, at, ret_code, &module);

    return module ? 0 : argument;
}

size_t invocation_source(const struct strv *words, size_t at, bool *ret_code, bool *ret_module)
{
    static const char *const interpreters[] = {"python", "perl", "node", "ruby", "php"};
    const char *program = path_base(words->items[at]);
    bool reads = false;

    *ret_code = *ret_module = false;
    if (shell_is_name(program))
        return shell_argument(words, at, ret_code);
    if (text_equal(program, "java"))
        return find_jar(words, at);
    for (size_t i = 0; i < sizeof(interpreters) / sizeof(interpreters[0]); i++)
        reads = reads || text_starts(program, interpreters[i]);
    if (!reads)
        return 0;
    for (at++; at < words->count && words->items[at][0] == '-'; at++) {
        const char *option = words->items[at] + 1;

        /* "python3 -um v.server" */
        if (text_starts(program, "python") && text_ends(option, "m") &&
            strspn(option, "uEsBOIm") == strlen(option) && at + 1 < words->count) {
            *ret_module = true;
            return at + 1;
        }
        /* Another option may take the next word. */
        if (strspn(option, "uEsBOIwT") != strlen(option))
            return 0;
    }
    if (at >= words->count)
        return 0;
    /* Node adds a suffix, or reads a folder's index. */
    return text_starts(program, "node") && strstr(path_base(words->items[at]), "js") == NULL ? 0
                                                                                             : at;
}
