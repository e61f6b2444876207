/* SPDX-License-Identifier: Apache-2.0 */
#include "abi/script/shell_variable.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static int compare_variables(const void *left, const void *right)
{
    const struct shell_variable *a = left, *b = right;
    size_t length = a->length < b->length ? a->length : b->length;
    int order = memcmp(a->name, b->name, length);

    return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

void shell_variables_read(const struct shell_script *script, struct shell_variables *ret)
{
    size_t kept = 0;

    *ret = (struct shell_variables){0};
    vec_foreach (command, &script->commands)
        for (size_t i = 0; i < command->words.count; i++) {
            const struct shell_word *word = &command->words.items[i];
            const char *equals = strchr(word->text, '=');

            if (equals != NULL && equals > word->text && equals[-1] != '+')
                *(struct shell_variable *)vec_add(ret) =
                    (struct shell_variable){word->text, equals + 1, (size_t)(equals - word->text),
                                            i < command->assignments && !word->dynamic};
        }
    if (ret->count < 2)
        return;
    qsort(ret->items, ret->count, sizeof(struct shell_variable), compare_variables);
    for (size_t i = 1; i < ret->count; i++) {
        struct shell_variable *last = &ret->items[kept], *next = &ret->items[i];

        if (compare_variables(last, next) != 0)
            ret->items[++kept] = *next;
        else
            last->fixed = last->fixed && next->fixed && strcmp(last->value, next->value) == 0;
    }
    ret->count = kept + 1;
}

/* "read NAME", "for NAME in", "${NAME:=…}", or a file that is sourced: a value that is not known.
 */
static bool may_be_set(const struct shell_script *script, const char *name, size_t length)
{
    vec_foreach (command, &script->commands)
        for (size_t i = 0; i < command->words.count; i++) {
            const char *text = command->words.items[i].text, *at;

            if (i == command->assignments &&
                (strcmp(text, ".") == 0 || strcmp(text, "source") == 0 ||
                 strcmp(text, "eval") == 0))
                return true;
            if (strncmp(text, name, length) == 0 && (text[length] == '\0' || text[length] == '+'))
                return true;
            for (at = strstr(text, "="); at != NULL; at = strstr(at + 1, "=")) {
                size_t before = (size_t)(at - text) - (at > text && at[-1] == ':');

                if (before > length && memcmp(at - (at[-1] == ':') - length, name, length) == 0)
                    return true;
            }
        }
    return false;
}

/* The value in the environment; "" if it is not set there; NULL: not known, or what runs the script
 * sets it. */
static const char *environment_value(const struct shell_scope *scope, const char *name,
                                     size_t length)
{
    static const char *const set[] = {"HOME", "HOSTNAME", "PATH",  "PWD", "OLDPWD", "TERM",
                                      "USER", "LOGNAME",  "SHELL", "UID", "EUID",   "PPID",
                                      "IFS",  "RANDOM",   "SHLVL", "_",   "LINENO", "SECONDS"};

    for (size_t i = 0; i < sizeof(set) / sizeof(set[0]); i++)
        if (strlen(set[i]) == length && memcmp(set[i], name, length) == 0)
            return NULL;
    if ((length > 3 && memcmp(name, "BASH", 4) == 0) || may_be_set(scope->script, name, length))
        return NULL;
    for (size_t i = 0; i < scope->environment->count; i++) {
        const char *known = scope->environment->items[i];

        if (strncmp(known, name, length) == 0 && known[length] == '=')
            return known + length + 1;
    }
    return "";
}

char *shell_variables_text(const struct shell_variables *variables, const struct shell_scope *scope,
                           const struct shell_word *word)
{
    const char *name = word->text + 1, *rest, *value = NULL;
    struct shell_variable key = {0};
    const struct shell_variable *found;
    bool braced = name[-1] == '$' && name[0] == '{';
    _cleanup_free_ char *standard = NULL;

    if (!word->dynamic)
        return text_dup(word->text);
    if (word->text[0] != '$')
        return NULL;
    name += braced;
    while (isalnum((unsigned char)name[key.length]) || name[key.length] == '_')
        key.length++;
    rest = name + key.length;
    if (key.length == 0 || isdigit((unsigned char)name[0]))
        return NULL;
    /* "${NAME:-DEFAULT}" */
    if (braced && (rest[0] == '-' || (rest[0] == ':' && rest[1] == '-'))) {
        rest += rest[0] == ':' ? 2 : 1;
        standard = text_ndup(rest, strcspn(rest, "}"));
        rest += strlen(standard);
    }
    if ((braced && *rest++ != '}') || strpbrk(rest, "$`*?") != NULL)
        return NULL;
    key.name = name;
    found = variables->count > 0
                ? bsearch(&key, variables->items, variables->count, sizeof(key), compare_variables)
                : NULL;
    if (found != NULL)
        value = found->fixed ? found->value : NULL;
    else if (scope != NULL)
        value = environment_value(scope, name, key.length);
    if (value != NULL && value[0] == '\0' && standard != NULL)
        value = strpbrk(standard, "$`*?\"'") == NULL ? standard : NULL;
    return value != NULL ? text_format("%s%s", value, rest) : NULL;
}
