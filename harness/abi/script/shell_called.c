/* SPDX-License-Identifier: Apache-2.0 */
/* What a script's first argument, if it is known, selects. */
#include <fnmatch.h>
#include <string.h>

#include "abi/script/shell_reader.h"

static bool is_argument(const struct shell_reader *reader, const char *text)
{
    return reader->script->argument != NULL && reader->foreign == 0 &&
           (reader->where & SHELL_FUNCTION) == 0 &&
           (text_equal(text, "$1") || text_equal(text, "${1}") || text_equal(text, "${1:-}") ||
            text_equal(text, "${1-}"));
}

/* "set -e" sets options only. */
static bool sets_arguments(const struct shell_command *command, size_t at)
{
    for (size_t i = at + 1; i < command->words.count; i++) {
        const char *text = command->words.items[i].text;

        if ((text[0] != '-' && text[0] != '+') || text_equal(text, "--") || text_equal(text, "-"))
            return true;
    }
    return false;
}

void shell_note_arguments(struct shell_reader *reader, size_t index)
{
    const struct shell_command *command = &reader->script->commands.items[index];
    size_t at = command->assignments;
    const char *name = at < command->words.count ? command->words.items[at].text : "";

    if (text_equal(name, "shift") || (text_equal(name, "set") && sets_arguments(command, at)))
        reader->script->argument = NULL;
}

bool shell_selects_arm(const struct shell_reader *reader, size_t command,
                       struct shell_range patterns, bool *decided)
{
    const struct shell_word *words = reader->script->commands.items[command].words.items;

    if (*decided || !is_argument(reader, words[0].text))
        return false;
    for (size_t i = patterns.from; i < patterns.to; i++) {
        bool computed = strpbrk(words[i].text, "$`") != NULL;

        *decided = computed || fnmatch(words[i].text, reader->script->argument, 0) == 0;
        if (*decided)
            return !computed;
    }
    return false;
}

bool shell_selects_branch(const struct shell_reader *reader, struct shell_range condition)
{
    const struct shell_command *command;
    const struct shell_word *words;

    if (reader->script->argument == NULL || condition.to != condition.from + 1)
        return false;
    command = &reader->script->commands.items[condition.from];
    words = command->words.items;
    return !command->negated && command->pipe_to == 0 && command->kind == SHELL_SIMPLE &&
           command->assignments == 0 && command->words.count >= 4 &&
           command->words.count == (text_equal(words[0].text, "[") ? 5U : 4U) &&
           (text_equal(words[0].text, "[") || text_equal(words[0].text, "test")) &&
           is_argument(reader, words[1].text) &&
           (text_equal(words[2].text, "=") || text_equal(words[2].text, "==")) &&
           text_equal(words[3].text, reader->script->argument);
}
