/* SPDX-License-Identifier: Apache-2.0 */
/* Here-documents: not code unless a shell reads them; but substitutions in them are. */
#include <stdlib.h>
#include <string.h>

#include "abi/script/shell_reader.h"

void shell_add_here(struct shell_reader *reader, const struct shell_word *delimiter, bool strip,
                    size_t command)
{
    *vec_add(&reader->heres) =
        (struct shell_here){text_dup(delimiter->text), strip, delimiter->quoted, command};
}

/* A shell without a file argument reads its standard input. */
static bool is_reading_shell(const struct shell_command *command)
{
    size_t at = command->assignments;

    while (at < command->words.count && (strcmp(command->words.items[at].text, "sudo") == 0 ||
                                         strcmp(command->words.items[at].text, "exec") == 0))
        at++;
    if (at >= command->words.count || !shell_is_name(command->words.items[at].text))
        return false;
    for (at++; at < command->words.count; at++) {
        const char *word = command->words.items[at].text;

        if (strcmp(word, "-s") == 0)
            return true;
        if (word[0] != '-' || strcmp(word, "-c") == 0)
            return false;
    }
    return true;
}

static bool is_code(const struct shell_script *script, const struct shell_here *here)
{
    const struct shell_command *command;

    if (here->command == 0)
        return false;
    command = &script->commands.items[here->command - 1];
    if (is_reading_shell(command))
        return true;
    return command->pipe_to > 0 && command->pipe_to <= script->commands.count &&
           command->words.count > command->assignments &&
           strcmp(command->words.items[command->assignments].text, "cat") == 0 &&
           is_reading_shell(&script->commands.items[command->pipe_to - 1]);
}

void shell_drop_heres(struct shell_reader *reader)
{
    vec_foreach (here, &reader->heres)
        free(here->delimiter);
    vec_done(&reader->heres);
}

void shell_read_expansions(struct shell_reader *outer, const char *text, size_t size, unsigned line)
{
    _cleanup_buffer_ struct buffer skipped = {0};
    struct shell_reader reader = {.text = text,
                                  .size = size,
                                  .line = line,
                                  .where = outer->where,
                                  .depth = outer->depth,
                                  .subshells = outer->subshells,
                                  .foreign = outer->foreign,
                                  .script = outer->script,
                                  .grammar = outer->grammar};

    if (!shell_enter(&reader))
        return;
    while (!shell_ended(&reader)) {
        char byte = shell_peek(&reader, 0);

        reader.at++;
        reader.line += byte == '\n';
        if (byte == '\\') {
            reader.line += shell_peek(&reader, 0) == '\n';
            reader.at++;
        } else if (byte == '$') {
            shell_read_dollar(&reader, &skipped, true);
        } else if (byte == '`') {
            shell_read_backticks(&reader, &skipped, true);
        }
    }
    shell_drop_heres(&reader);
}

static bool is_end(const char *line, size_t length, const struct shell_here *here)
{
    while (here->strip && length > 0 && *line == '\t') {
        line++;
        length--;
    }
    if (length > 0 && line[length - 1] == '\r')
        length--;
    return length == strlen(here->delimiter) && memcmp(line, here->delimiter, length) == 0;
}

static void keep(struct shell_command *command, const char *text, size_t size)
{
    free(command->here);
    command->here = text_ndup(text, size);
}

static void read_here(struct shell_reader *reader, const struct shell_here *here)
{
    size_t from = reader->at, to;
    unsigned line = reader->line;
    bool code;

    for (;;) {
        const char *begin = reader->text + reader->at;
        size_t rest = reader->size - reader->at;
        const char *end = rest > 0 ? memchr(begin, '\n', rest) : NULL;
        size_t length = end != NULL ? (size_t)(end - begin) : rest;

        to = reader->at;
        if (rest == 0)
            break;
        reader->at += length + (end != NULL);
        reader->line += end != NULL;
        if (is_end(begin, length, here))
            break;
    }
    code = is_code(reader->script, here);
    if (code) {
        reader->foreign++;
        reader->grammar->read_text(reader, reader->text + from, to - from, line, reader->where);
        reader->foreign--;
    }
    if (!code && here->command > 0)
        keep(&reader->script->commands.items[here->command - 1], reader->text + from, to - from);
    if (!code && !here->quoted)
        shell_read_expansions(reader, reader->text + from, to - from, line);
}

void shell_read_heres(struct shell_reader *reader)
{
    for (size_t i = 0; i < reader->heres.count; i++) {
        struct shell_here here = reader->heres.items[i];

        if (reader->script->error == NULL)
            read_here(reader, &here);
        free(here.delimiter);
    }
    vec_done(&reader->heres);
}
