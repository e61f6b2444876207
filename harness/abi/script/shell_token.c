/* SPDX-License-Identifier: Apache-2.0 */
/* Reserved words, redirections, and the creation of commands. */
#include <ctype.h>
#include <string.h>

#include "abi/script/shell_reader.h"

/* Copies the reserved word or operator at this position for comparison; "" for a quoted or other
 * word. */
static void peek_word(const struct shell_reader *reader, char word[16])
{
    size_t length = 0;

    while (length < 15) {
        char byte = shell_peek(reader, length);

        if (byte == '\0' || strchr(" \t\r\n;&|<>()", byte) != NULL)
            break;
        if (strchr("'\"$`\\", byte) != NULL) {
            length = 0;
            break;
        }
        word[length++] = byte;
    }
    word[length < 15 ? length : 0] = '\0';
}

bool shell_is_at(const struct shell_reader *reader, const char *reserved)
{
    char word[16];

    peek_word(reader, word);
    return strcmp(word, reserved) == 0;
}

bool shell_take(struct shell_reader *reader, const char *reserved)
{
    shell_skip_newlines(reader);
    if (!shell_is_at(reader, reserved))
        return false;
    reader->at += strlen(reserved);
    return true;
}

void shell_expect(struct shell_reader *reader, const char *reserved, unsigned since)
{
    if (!shell_take(reader, reserved))
        shell_fail(reader, "no '%s' for line %u", reserved, since);
}

bool shell_ends_list(const struct shell_reader *reader)
{
    static const char *const ends[] = {"then", "else", "elif", "fi", "do", "done", "esac", "}"};
    char word[16];

    if (shell_ended(reader) || shell_peek(reader, 0) == ')' ||
        (shell_peek(reader, 0) == ';' &&
         (shell_peek(reader, 1) == ';' || shell_peek(reader, 1) == '&')))
        return true;
    peek_word(reader, word);
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
        if (strcmp(word, ends[i]) == 0)
            return true;
    return false;
}

size_t shell_add_command(struct shell_reader *reader, enum shell_kind kind)
{
    struct shell_command *command;

    if (shell_command_count(reader) >= SHELL_COMMANDS_MAX) {
        reader->script->limited = true;
        shell_fail(reader, "more than %d commands", SHELL_COMMANDS_MAX);
    }
    command = vec_add(&reader->script->commands);
    command->kind = kind;
    command->where = reader->where;
    command->line = reader->line;
    command->subshell = reader->subshells > 0;
    command->foreign = reader->foreign > 0;
    return shell_command_count(reader) - 1;
}

void shell_add_word(struct shell_reader *reader, size_t command, const struct shell_word *word)
{
    *vec_add(&reader->script->commands.items[command].words) = *word;
}

void shell_mark(struct shell_reader *reader, size_t from, unsigned where)
{
    for (size_t i = from; i < shell_command_count(reader); i++)
        reader->script->commands.items[i].where |= where;
}

bool shell_at_redirect(const struct shell_reader *reader)
{
    size_t at = 0;

    while (isdigit((unsigned char)shell_peek(reader, at)))
        at++;
    if (at == 0 && shell_peek(reader, 0) == '{') {
        at++;
        while (isalnum((unsigned char)shell_peek(reader, at)) || shell_peek(reader, at) == '_')
            at++;
        if (at == 1 || shell_peek(reader, at++) != '}')
            return false;
    }
    if (at == 0 && shell_peek(reader, 0) == '&' && shell_peek(reader, 1) == '>')
        return true;
    return (shell_peek(reader, at) == '<' || shell_peek(reader, at) == '>') &&
           shell_peek(reader, at + 1) != '(';
}

/* Reads one redirection; command: 1 + index of the command it belongs to, or 0. */
bool shell_read_redirect(struct shell_reader *reader, size_t command)
{
    bool here = false, strip = false, both, output, append, copies = false, long_name;
    size_t begin = reader->at;
    struct shell_word word;

    while (isalnum((unsigned char)shell_peek(reader, 0)) || shell_peek(reader, 0) == '_' ||
           shell_peek(reader, 0) == '{' || shell_peek(reader, 0) == '}')
        reader->at++;
    long_name = reader->at > begin + 1;
    reader->at += both = shell_peek(reader, 0) == '&';
    if (both)
        shell_feature(reader, FEATURE_AND_OUTPUT);
    output = shell_peek(reader, 0) == '>';
    append = output && shell_peek(reader, 1) == '>';
    if (shell_peek(reader, 0) == '<' && shell_peek(reader, 1) == '<') {
        here = shell_peek(reader, 2) != '<';
        if (!here)
            shell_feature(reader, FEATURE_HERE_STRING);
        strip = here && shell_peek(reader, 2) == '-';
        reader->at += here && !strip ? 2 : 3;
    } else {
        reader->at++;
        copies = shell_peek(reader, 0) == '&';
        if (shell_peek(reader, 0) != '\0' &&
            strchr(both ? ">" : "<>&|", shell_peek(reader, 0)) != NULL)
            reader->at++;
    }
    shell_skip_blanks(reader);
    if (!shell_read_word(reader, WORD_PLAIN, &word)) {
        shell_fail(reader, "a redirection without a file");
        return false;
    }
    if (copies && !both && !word.dynamic) {
        if (output && strspn(word.text, "0123456789-") != strlen(word.text))
            shell_feature(reader, FEATURE_BOTH_TO_FILE);
        else if (strspn(word.text, "0123456789") > 1)
            shell_feature(reader, FEATURE_DESCRIPTOR_COPY);
    }
    word.output = output;
    word.append = append;
    if (here)
        shell_add_here(reader, &word, strip, command);
    if (here || command == 0)
        shell_word_done(&word);
    else
        *vec_add(&reader->script->commands.items[command - 1].redirects) = word;
    return long_name;
}

void shell_read_redirects(struct shell_reader *reader, size_t command)
{
    shell_skip_blanks(reader);
    while (!shell_ended(reader) && shell_at_redirect(reader)) {
        if (shell_read_redirect(reader, command))
            shell_feature(reader, FEATURE_DESCRIPTOR_COMPOUND);
        shell_skip_blanks(reader);
    }
}

void shell_add_block(struct shell_reader *reader, enum shell_block_kind kind, size_t condition,
                     size_t then, size_t otherwise)
{
    *vec_add(&reader->script->blocks) =
        (struct shell_block){.kind = kind,
                             .condition = {condition, then},
                             .then = {then, otherwise},
                             .otherwise = {otherwise, shell_command_count(reader)}};
}
