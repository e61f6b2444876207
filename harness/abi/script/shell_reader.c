/* SPDX-License-Identifier: Apache-2.0 */
/* Helpers that every part of the parser uses, and the freeing of its results. */
#include "abi/script/shell_reader.h"

#include <string.h>

#include "base/path.h"

void shell_word_done(struct shell_word *word)
{
    free(word->text);
    word->text = NULL;
}

void shell_fail(struct shell_reader *reader, const char *format, ...)
{
    va_list args;

    if (reader->script->error != NULL)
        return;
    va_start(args, format);
    reader->script->error = text_vformat(format, args);
    va_end(args);
    reader->script->error_line = reader->line;
    reader->script->error_command = reader->script->commands.count;
}

bool shell_enter(struct shell_reader *reader)
{
    if (++reader->depth <= SHELL_DEPTH_MAX)
        return true;
    reader->script->limited = true;
    shell_fail(reader, "nested deeper than %d levels", SHELL_DEPTH_MAX);
    return false;
}

bool shell_is_name(const char *program)
{
    static const char *const names[] = {"sh", "bash", "dash", "ksh", "ksh93", "mksh", "ash"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(path_base(program), names[i]) == 0)
            return true;
    return false;
}

static void words_done(struct shell_words *words)
{
    vec_foreach (word, words)
        shell_word_done(word);
    vec_done(words);
}

void shell_done(struct shell_script *script)
{
    vec_foreach (command, &script->commands) {
        words_done(&command->words);
        words_done(&command->redirects);
        free(command->here);
    }
    vec_done(&script->commands);
    vec_done(&script->blocks);
    vec_foreach (feature, &script->features)
        free(feature->name);
    vec_done(&script->features);
    strv_done(&script->functions);
    strv_done(&script->aliases);
    free(script->error);
}
