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

char *shell_variables_text(const struct shell_variables *variables, const struct shell_word *word)
{
    const char *name = word->text + 1, *rest;
    struct shell_variable key = {0};
    const struct shell_variable *found;
    bool braced = name[-1] == '$' && name[0] == '{';

    if (!word->dynamic)
        return text_dup(word->text);
    if (word->text[0] != '$' || variables->count == 0)
        return NULL;
    name += braced;
    while (isalnum((unsigned char)name[key.length]) || name[key.length] == '_')
        key.length++;
    rest = name + key.length;
    if (key.length == 0 || (braced && *rest++ != '}') || strpbrk(rest, "$`*?") != NULL)
        return NULL;
    key.name = name;
    found = bsearch(&key, variables->items, variables->count, sizeof(key), compare_variables);
    return found != NULL && found->fixed ? text_format("%s%s", found->value, rest) : NULL;
}
