/* SPDX-License-Identifier: Apache-2.0 */
/* The shell's grammar: lists, pipelines, simple commands. */
#include <ctype.h>
#include <string.h>

#include "abi/script/shell_reader.h"
#include "base/path.h"

static bool is_assignment(const struct shell_word *word)
{
    const char *text = word->text;
    size_t length = 0;

    while (isalnum((unsigned char)text[length]) || text[length] == '_')
        length++;
    if (length == 0 || isdigit((unsigned char)text[0]))
        return false;
    if (text[length] == '[')
        return strchr(text + length, '=') != NULL;
    return text[length] == '=' || (text[length] == '+' && text[length + 1] == '=');
}

static void read_text(struct shell_reader *outer, const char *text, size_t size, unsigned line,
                      unsigned where);

/* A script inside a word. Another shell runs it, so a syntax error in it is not reported for this
 * script. */
static void read_code(struct shell_reader *reader, const char *text, unsigned line)
{
    struct shell_script *script = reader->script;
    unsigned depth = reader->depth;

    reader->foreign++;
    read_text(reader, text, strlen(text), line, reader->where);
    reader->foreign--;
    reader->depth = depth;
    free(script->error);
    script->error = NULL;
}

/* "sh -c CODE", "su -c CODE", "eval CODE", "trap CODE". */
static void read_code_words(struct shell_reader *reader, const struct shell_word *words,
                            size_t count)
{
    const char *name = path_base(words[0].text);
    bool runs = shell_is_name(name) || strcmp(name, "su") == 0 || strcmp(name, "runuser") == 0;

    if (count > 1 && (strcmp(name, "eval") == 0 || strcmp(name, "trap") == 0) && words[1].quoted &&
        !(words[1].dynamic && words[1].text[0] == '$'))
        read_code(reader, words[1].text, words[1].line);
    for (size_t i = 1; runs && i + 1 < count; i++)
        if (words[i].text[0] == '-' && words[i].text[1] != '-' && text_ends(words[i].text, "c")) {
            read_code(reader, words[i + 1].text, words[i + 1].line);
            return;
        }
}

static void note(struct shell_reader *reader, size_t index)
{
    const struct shell_command *command = &reader->script->commands.items[index];
    size_t count = command->words.count - command->assignments;
    const struct shell_word *words;

    if (count == 0)
        return;
    words = command->words.items + command->assignments;
    if (strcmp(words[0].text, "set") == 0)
        for (size_t i = 1; i < count; i++)
            reader->script->errexit |= (words[i].text[0] == '-' && words[i].text[1] != 'o' &&
                                        strchr(words[i].text, 'e') != NULL) ||
                                       strcmp(words[i].text, "errexit") == 0;
    if (strcmp(words[0].text, "alias") == 0)
        for (size_t i = 1; i < count; i++)
            strv_take(&reader->script->aliases,
                      text_ndup(words[i].text, strcspn(words[i].text, "=")));
    read_code_words(reader, words, count);
    /* After sudo, env, timeout: the first word that is a shell. */
    for (size_t i = 1; i < count && i < 8; i++)
        if (!words[i].quoted && shell_is_name(words[i].text)) {
            if (!shell_is_name(words[0].text))
                read_code_words(reader, words + i, count - i);
            break;
        }
}

/* What dash does with the descriptor of several digits that is in this command. */
static enum shell_feature_kind descriptor_kind(const struct shell_command *command, bool first)
{
    size_t words = command->words.count - command->assignments;

    if (first || words == 0)
        return FEATURE_DESCRIPTOR_COMMAND;
    return words == 1 && strcmp(command->words.items[command->assignments].text, "exec") == 0
               ? FEATURE_DESCRIPTOR_EXEC
               : FEATURE_DESCRIPTOR;
}

static void read_simple(struct shell_reader *reader)
{
    size_t index = shell_add_command(reader, SHELL_SIMPLE);
    struct shell_command *command;
    struct shell_word word;
    bool first = true, descriptor = false, leads = false;

    while (reader->script->error == NULL) {
        shell_skip_blanks(reader);
        if (!shell_ended(reader) && shell_at_redirect(reader)) {
            if (shell_read_redirect(reader, index + 1)) {
                command = &reader->script->commands.items[index];
                leads = leads || command->words.count == command->assignments;
                descriptor = true;
            }
            first = false;
            continue;
        }
        if (!shell_read_word(reader, WORD_PLAIN, &word))
            break;
        shell_add_word(reader, index, &word);
        command = &reader->script->commands.items[index];
        if (command->assignments + 1 == command->words.count && is_assignment(&word))
            command->assignments++;
        if (first && !word.quoted && shell_peek(reader, 0) != '\0') {
            shell_skip_blanks(reader);
            if (shell_peek(reader, 0) == '(') {
                _cleanup_free_ char *name = text_dup(word.text);

                reader->at++;
                shell_skip_blanks(reader);
                if (shell_peek(reader, 0) != ')')
                    shell_fail(reader, "unexpected '('");
                reader->at++;
                /* Its name is not a command. */
                command->assignments = command->words.count;
                shell_read_function_body(reader, name);
                return;
            }
        }
        first = false;
    }
    command = &reader->script->commands.items[index];
    if (command->words.count == 0 && command->redirects.count == 0 && reader->heres.count == 0)
        shell_fail(reader, "a command is missing");
    if (descriptor)
        shell_feature(reader, descriptor_kind(command, leads));
    shell_note_arguments(reader, index);
    note(reader, index);
}

static void read_command(struct shell_reader *reader)
{
    size_t index = shell_command_count(reader);

    if (!shell_enter(reader))
        return;
    if (shell_is_at(reader, "coproc")) {
        shell_feature_named(reader, FEATURE_COMMAND, "coproc", strlen("coproc"));
        reader->at += strlen("coproc");
        shell_skip_blanks(reader);
    }
    if (!shell_ended(reader) && shell_read_compound(reader)) {
        shell_read_redirects(reader, shell_command_count(reader) > index ? index + 1 : 0);
        if (!shell_ended(reader) && !shell_ends_list(reader) && shell_peek(reader, 0) != '\0' &&
            strchr("\n;&|", shell_peek(reader, 0)) == NULL)
            shell_fail(reader, "unexpected text after a compound command");
    } else {
        read_simple(reader);
    }
    reader->depth--;
}

static void read_pipeline(struct shell_reader *reader)
{
    size_t begin = shell_command_count(reader);
    bool negated = false;

    for (;;) {
        shell_skip_blanks(reader);
        if (shell_is_at(reader, "!")) {
            negated = true;
            reader->at++;
        } else if (shell_is_at(reader, "time")) {
            shell_feature(reader, FEATURE_TIME);
            reader->at += 4;
            shell_skip_blanks(reader);
            if (shell_is_at(reader, "-p"))
                reader->at += 2;
            if (shell_ended(reader) || strchr("\n;", shell_peek(reader, 0)) != NULL)
                return;
        } else {
            break;
        }
    }
    for (;;) {
        size_t from = shell_command_count(reader);

        read_command(reader);
        shell_skip_blanks(reader);
        if (reader->script->error != NULL || shell_peek(reader, 0) != '|' ||
            shell_peek(reader, 1) == '|')
            break;
        if (shell_peek(reader, 1) == '&')
            shell_feature(reader, FEATURE_PIPE_BOTH);
        reader->at += shell_peek(reader, 1) == '&' ? 2 : 1;
        if (shell_command_count(reader) > from)
            reader->script->commands.items[from].pipe_to = shell_command_count(reader) + 1;
        shell_skip_newlines(reader);
    }
    if (negated && shell_command_count(reader) > begin) {
        shell_mark(reader, begin, SHELL_HANDLED);
        reader->script->commands.items[begin].negated = true;
    }
}

static void read_and_or(struct shell_reader *reader)
{
    size_t begin = shell_command_count(reader), split = begin;
    enum shell_block_kind kind = SHELL_IF;
    unsigned where = reader->where;

    for (;;) {
        read_pipeline(reader);
        if (kind != SHELL_IF)
            shell_add_block(reader, kind, begin, split, shell_command_count(reader));
        shell_skip_blanks(reader);
        if (reader->script->error != NULL ||
            (shell_peek(reader, 0) != '&' && shell_peek(reader, 0) != '|') ||
            shell_peek(reader, 1) != shell_peek(reader, 0))
            break;
        kind = shell_peek(reader, 0) == '&' ? SHELL_AND : SHELL_OR;
        reader->at += 2;
        shell_mark(reader, split, SHELL_HANDLED);
        split = shell_command_count(reader);
        reader->where |= SHELL_BRANCH;
        shell_skip_newlines(reader);
    }
    reader->where = where;
}

static void read_list(struct shell_reader *reader)
{
    shell_skip_newlines(reader);
    while (!shell_ends_list(reader)) {
        read_and_or(reader);
        shell_skip_blanks(reader);
        if (shell_ended(reader) || shell_ends_list(reader))
            break;
        if (shell_peek(reader, 0) == ';' || shell_peek(reader, 0) == '&')
            reader->at++;
        else if (shell_peek(reader, 0) != '\n')
            shell_fail(reader, "unexpected '%c'", shell_peek(reader, 0));
        shell_skip_newlines(reader);
    }
}

static void read_text(struct shell_reader *outer, const char *text, size_t size, unsigned line,
                      unsigned where)
{
    struct shell_reader reader = {.text = text,
                                  .size = size,
                                  .line = line,
                                  .where = where,
                                  .depth = outer->depth,
                                  .subshells = outer->subshells,
                                  .foreign = outer->foreign,
                                  .script = outer->script,
                                  .grammar = outer->grammar};

    if (!shell_enter(&reader))
        return;
    read_list(&reader);
    if (!shell_ended(&reader))
        shell_fail(&reader, "unexpected '%c'", shell_peek(&reader, 0));
    shell_drop_heres(&reader);
}

void shell_read_called(const char *text, size_t size, const char *argument,
                       struct shell_script *ret_script)
{
    static const struct shell_grammar grammar = {read_list, read_command, read_text};
    struct shell_reader reader = {.script = ret_script, .grammar = &grammar};

    *ret_script = (struct shell_script){.argument = argument};
    read_text(&reader, text, size, 1, 0);
    ret_script->argument = NULL;
}

void shell_read(const char *text, size_t size, struct shell_script *ret_script)
{
    shell_read_called(text, size, NULL, ret_script);
}
