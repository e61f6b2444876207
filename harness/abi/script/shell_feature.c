/* SPDX-License-Identifier: Apache-2.0 */
/* Records what only some shells understand; see dialect.h. */
#include <ctype.h>
#include <string.h>

#include "abi/script/shell_reader.h"

void shell_feature(struct shell_reader *reader, enum shell_feature_kind kind)
{
    shell_feature_named(reader, kind, NULL, 0);
}

/* Index of the command that a feature is in: what begins a compound command is before its first
 * one. */
static size_t command_of(const struct shell_reader *reader, enum shell_feature_kind kind)
{
    size_t count = shell_command_count(reader);
    bool begins = kind == FEATURE_FUNCTION_WORD || kind == FEATURE_SELECT ||
                  kind == FEATURE_FOR_ARITHMETIC || kind == FEATURE_ARITHMETIC_COMMAND ||
                  kind == FEATURE_TIME || kind == FEATURE_COMMAND;

    return begins || count == 0 ? count : count - 1;
}

void shell_feature_named(struct shell_reader *reader, enum shell_feature_kind kind,
                         const char *name, size_t length)
{
    if (reader->foreign > 0 || reader->script->features.count >= SHELL_FEATURES_MAX)
        return;
    *vec_add(&reader->script->features) =
        (struct shell_feature){.kind = kind,
                               .line = reader->line,
                               .where = reader->where,
                               .command = command_of(reader, kind),
                               .subshell = reader->subshells > 0,
                               .name = name != NULL ? text_ndup(name, length) : NULL};
}

void shell_feature_variable(struct shell_reader *reader, const char *name, size_t length)
{
    static const char *const names[] = {
        "BASHPID",      "BASH_SOURCE", "BASH_LINENO", "DIRSTACK", "EPOCHREALTIME",
        "EPOCHSECONDS", "EUID",        "FUNCNAME",    "HOSTNAME", "HOSTTYPE",
        "MACHTYPE",     "OSTYPE",      "PIPESTATUS",  "RANDOM",   "SECONDS",
        "SRANDOM",      "UID"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strlen(names[i]) == length && memcmp(names[i], name, length) == 0)
            shell_feature_named(reader, FEATURE_VARIABLE, name, length);
}

bool shell_is_identifier(const char *name)
{
    for (size_t i = 0; name[i] != '\0'; i++)
        if (!isalpha((unsigned char)name[i]) && name[i] != '_' &&
            (i == 0 || !isdigit((unsigned char)name[i])))
            return false;
    return name[0] != '\0';
}

void shell_feature_function(struct shell_reader *reader, const char *name)
{
    static const char *const special[] = {"break",  "continue", "eval",   "exec", "exit",
                                          "export", "readonly", "return", "set",  "shift",
                                          "times",  "trap",     "unset"};
    bool wrong = !shell_is_identifier(name);

    for (size_t i = 0; i < sizeof(special) / sizeof(special[0]); i++)
        wrong = wrong || strcmp(special[i], name) == 0;
    if (wrong)
        shell_feature_named(reader, FEATURE_FUNCTION_NAME, name, strlen(name));
}

/* "${NAME…}": `text` begins behind the brace. */
void shell_feature_parameter(struct shell_reader *reader, const char *text, size_t size)
{
    size_t at = 0, from;

    if (size > 1 && text[0] == '!' && (isalpha((unsigned char)text[1]) || text[1] == '_')) {
        shell_feature(reader, FEATURE_PARAMETER);
        return;
    }
    at += size > 1 && text[0] == '#' && text[1] != '}';
    from = at;
    while (at < size && (isalnum((unsigned char)text[at]) || text[at] == '_'))
        at++;
    if (at == from && at < size && text[at] != '\0' && strchr("@*", text[at]) != NULL)
        at++;
    if (at == from || at >= size)
        return;
    if (text[at] == '}' || text[at] == '#' || text[at] == '%')
        shell_feature_variable(reader, text + from, at - from);
    if ((text[at] != '\0' && strchr("/^,[@", text[at]) != NULL) ||
        (text[at] == ':' && at + 1 < size && strchr("-=?+", text[at + 1]) == NULL))
        shell_feature_named(reader, FEATURE_PARAMETER, text + from, at - from);
}

/* Behind an expansion that begins here with "${" or "$(", which is not part of the arithmetic. */
static size_t skip_expansion(const char *text, size_t size, size_t at)
{
    size_t depth = 0;

    for (at++; at < size; at++) {
        depth += text[at] == '{' || text[at] == '(';
        if ((text[at] == '}' || text[at] == ')') && --depth == 0)
            break;
    }
    return at;
}

/* The text between "$((" and "))". */
void shell_feature_arithmetic(struct shell_reader *reader, const char *text, size_t size)
{
    for (size_t i = 1; i + 1 < size; i++) {
        char before = text[i - 1], after = i + 2 < size ? text[i + 2] : ' ';
        bool name = isalnum((unsigned char)before) || before == '_';

        if (before == '$' && (text[i] == '{' || text[i] == '(')) {
            i = skip_expansion(text, size, i - 1);
            continue;
        }
        if (text[i] == ',' || (text[i] == '#' && isdigit((unsigned char)before))) {
            shell_feature(reader, FEATURE_ARITHMETIC);
            return;
        }
        if (text[i] != text[i + 1])
            continue;
        if (text[i] == '*' ||
            ((text[i] == '+' || text[i] == '-') && name && !isalnum((unsigned char)after) &&
             after != '_' && after != '$' && after != '(')) {
            shell_feature(reader, FEATURE_ARITHMETIC);
            return;
        }
    }
}
