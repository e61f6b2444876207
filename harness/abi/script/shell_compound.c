/* SPDX-License-Identifier: Apache-2.0 */
/* Compound commands: if, for, case, [[ … ]], groups, functions. */
#include <string.h>

#include "abi/script/shell_reader.h"

/* A non-empty list, as required in a compound command. */
static void read_body(struct shell_reader *reader, unsigned where)
{
    unsigned before = reader->where;
    size_t at;

    shell_skip_newlines(reader);
    at = reader->at;
    reader->where |= where;
    reader->grammar->read_list(reader);
    reader->where = before;
    if (reader->at == at)
        shell_fail(reader, "a command is missing");
}

/* The block of each branch ends with the whole command. */
static void read_if(struct shell_reader *reader, unsigned since)
{
    VEC(struct shell_block) branches = {0};
    unsigned where = reader->where;

    if (!shell_enter(reader))
        return;
    do {
        struct shell_block *branch = vec_add(&branches);

        branch->kind = SHELL_IF;
        branch->condition.from = shell_command_count(reader);
        read_body(reader, SHELL_HANDLED);
        shell_expect(reader, "then", since);
        branch->condition.to = branch->then.from = shell_command_count(reader);
        read_body(reader, shell_selects_branch(reader, branch->condition) ? 0 : SHELL_BRANCH);
        branch->then.to = branch->otherwise.from = shell_command_count(reader);
        reader->where |= SHELL_BRANCH;
    } while (reader->script->error == NULL && shell_take(reader, "elif"));
    reader->where = where;
    if (shell_take(reader, "else"))
        read_body(reader, SHELL_BRANCH);
    shell_expect(reader, "fi", since);
    vec_foreach (branch, &branches) {
        branch->otherwise.to = shell_command_count(reader);
        *vec_add(&reader->script->blocks) = *branch;
    }
    vec_done(&branches);
    reader->depth--;
}

static void read_loop_body(struct shell_reader *reader, unsigned since)
{
    if (shell_take(reader, "{")) {
        shell_feature(reader, FEATURE_LOOP_BRACES);
        read_body(reader, SHELL_BRANCH);
        shell_expect(reader, "}", since);
        return;
    }
    shell_expect(reader, "do", since);
    read_body(reader, SHELL_BRANCH);
    shell_expect(reader, "done", since);
}

static void read_for(struct shell_reader *reader, unsigned since)
{
    struct shell_word word;
    size_t command;

    shell_skip_blanks(reader);
    if (shell_peek(reader, 0) == '(' && shell_peek(reader, 1) == '(') {
        shell_feature(reader, FEATURE_FOR_ARITHMETIC);
        reader->at += 2;
        shell_read_arithmetic(reader);
    } else {
        command = shell_add_command(reader, SHELL_FOR);
        if (!shell_read_word(reader, WORD_PLAIN, &word)) {
            shell_fail(reader, "'for' without a name");
            return;
        }
        shell_add_word(reader, command, &word);
        if (shell_take(reader, "in")) {
            shell_skip_blanks(reader);
            while (shell_read_word(reader, WORD_PLAIN, &word)) {
                shell_add_word(reader, command, &word);
                shell_skip_blanks(reader);
            }
        }
    }
    shell_skip_blanks(reader);
    if (shell_peek(reader, 0) == ';')
        reader->at++;
    read_loop_body(reader, since);
}

/* Adds "a|b)" to the case's words; returns whether it is "*". */
static bool read_patterns(struct shell_reader *reader, size_t command)
{
    bool any = false;
    struct shell_word word;

    if (shell_peek(reader, 0) == '(')
        reader->at++;
    for (;;) {
        shell_skip_blanks(reader);
        if (!shell_read_word(reader, WORD_PLAIN, &word)) {
            shell_fail(reader, "a pattern of 'case' is missing");
            return any;
        }
        any = any || (strcmp(word.text, "*") == 0 && !word.quoted);
        shell_add_word(reader, command, &word);
        shell_skip_blanks(reader);
        if (shell_peek(reader, 0) != '|')
            break;
        reader->at++;
    }
    if (shell_peek(reader, 0) != ')')
        shell_fail(reader, "a pattern of 'case' without ')'");
    reader->at++;
    return any;
}

static void add_arm(struct shell_reader *reader, size_t command, struct shell_range patterns,
                    size_t from)
{
    struct shell_block *block;

    shell_add_block(reader, SHELL_ARM, from, from, shell_command_count(reader));
    block = &reader->script->blocks.items[reader->script->blocks.count - 1];
    block->condition = (struct shell_range){command, command + 1};
    block->patterns = patterns;
}

static void read_case(struct shell_reader *reader, unsigned since)
{
    size_t command = shell_add_command(reader, SHELL_CASE);
    unsigned where = reader->where;
    bool decided = false;
    struct shell_word word;

    shell_skip_blanks(reader);
    if (!shell_read_word(reader, WORD_PLAIN, &word)) {
        shell_fail(reader, "'case' without a word");
        return;
    }
    shell_add_word(reader, command, &word);
    shell_expect(reader, "in", since);
    for (;;) {
        struct shell_range patterns;
        size_t from;
        bool any;

        shell_skip_newlines(reader);
        if (shell_ended(reader) || shell_is_at(reader, "esac"))
            break;
        patterns.from = reader->script->commands.items[command].words.count;
        any = read_patterns(reader, command);
        patterns.to = reader->script->commands.items[command].words.count;
        from = shell_command_count(reader);
        if (!shell_selects_arm(reader, command, patterns, &decided))
            reader->where |= SHELL_BRANCH;
        reader->grammar->read_list(reader);
        reader->where = where;
        add_arm(reader, command, patterns, from);
        if (any) {
            shell_add_block(reader, SHELL_DEFAULT, from, from, shell_command_count(reader));
            reader->script->blocks.items[reader->script->blocks.count - 1].condition =
                (struct shell_range){command, command + 1};
        }
        shell_skip_newlines(reader);
        if (shell_is_at(reader, "esac"))
            break;
        if (shell_peek(reader, 0) != ';') {
            shell_fail(reader, "no 'esac' for line %u", since);
            break;
        }
        if (shell_peek(reader, 1) == '&' || shell_peek(reader, 2) == '&')
            shell_feature(reader, FEATURE_FALL_THROUGH);
        reader->at += shell_peek(reader, 1) == ';' && shell_peek(reader, 2) == '&' ? 3 : 2;
    }
    shell_expect(reader, "esac", since);
}

static void read_test(struct shell_reader *reader, unsigned since)
{
    size_t command = shell_add_command(reader, SHELL_TEST);
    bool regex = false;
    struct shell_word word;

    for (;;) {
        char byte;

        shell_skip_newlines(reader);
        byte = shell_peek(reader, 0);
        if (shell_ended(reader)) {
            shell_fail(reader, "no ']]' for line %u", since);
            return;
        }
        if (shell_is_at(reader, "]]"))
            break;
        if (!regex && (byte == '<' || byte == '>') && shell_peek(reader, 1) != '(') {
            reader->at++;
            continue;
        }
        if (!regex && strchr("&|()", byte) != NULL) {
            size_t length = (byte == '&' || byte == '|') && shell_peek(reader, 1) == byte ? 2 : 1;

            if (byte == '(')
                shell_feature(reader, FEATURE_TEST_PATTERN);
            word = (struct shell_word){.text = text_ndup(reader->text + reader->at, length),
                                       .line = reader->line};
            reader->at += length;
            shell_add_word(reader, command, &word);
            continue;
        }
        if (!shell_read_word(reader, regex ? WORD_REGEX : WORD_PLAIN, &word)) {
            shell_fail(reader, "syntax error in '[[' of line %u", since);
            return;
        }
        regex = strcmp(word.text, "=~") == 0;
        shell_add_word(reader, command, &word);
    }
    reader->at += 2;
}

static void read_group(struct shell_reader *reader, char end, unsigned since)
{
    if (!shell_enter(reader))
        return;
    reader->subshells += end == ')';
    read_body(reader, 0);
    reader->subshells -= end == ')';
    reader->depth--;
    shell_skip_newlines(reader);
    if (shell_peek(reader, 0) != end)
        shell_fail(reader, "no '%c' for line %u", end, since);
    reader->at++;
}

void shell_read_function_body(struct shell_reader *reader, const char *name)
{
    unsigned where = reader->where;
    size_t from, function = reader->script->functions.count;

    strv_add(&reader->script->functions, name);
    shell_feature_function(reader, name);
    shell_skip_newlines(reader);
    reader->where |= SHELL_FUNCTION;
    from = shell_command_count(reader);
    reader->grammar->read_command(reader);
    reader->where = where;
    shell_add_block(reader, SHELL_BODY, from, from, shell_command_count(reader));
    reader->script->blocks.items[reader->script->blocks.count - 1].function = function;
}

static void read_function(struct shell_reader *reader)
{
    struct shell_word word;

    shell_skip_blanks(reader);
    if (!shell_read_word(reader, WORD_PLAIN, &word)) {
        shell_fail(reader, "'function' without a name");
        return;
    }
    shell_skip_blanks(reader);
    if (shell_peek(reader, 0) == '(') {
        reader->at++;
        shell_skip_blanks(reader);
        if (shell_peek(reader, 0) == ')')
            reader->at++;
    }
    shell_read_function_body(reader, word.text);
    shell_word_done(&word);
}

static void read_while(struct shell_reader *reader, unsigned since)
{
    read_body(reader, SHELL_HANDLED);
    read_loop_body(reader, since);
}

/* Compound commands. Returns false if there is a simple command here. */
bool shell_read_compound(struct shell_reader *reader)
{
    unsigned since = reader->line;

    if (shell_peek(reader, 0) == '(' && shell_peek(reader, 1) == '(') {
        reader->at += 2;
        if (shell_is_arithmetic(reader)) {
            shell_feature(reader, FEATURE_ARITHMETIC_COMMAND);
            shell_read_arithmetic(reader);
            return true;
        }
        reader->at--;
        read_group(reader, ')', since);
    } else if (shell_peek(reader, 0) == '(') {
        reader->at++;
        read_group(reader, ')', since);
    } else if (shell_take(reader, "{")) {
        read_group(reader, '}', since);
    } else if (shell_take(reader, "if")) {
        read_if(reader, since);
    } else if (shell_take(reader, "while") || shell_take(reader, "until")) {
        read_while(reader, since);
    } else if (shell_is_at(reader, "select")) {
        shell_feature(reader, FEATURE_SELECT);
        reader->at += strlen("select");
        read_for(reader, since);
    } else if (shell_take(reader, "for")) {
        read_for(reader, since);
    } else if (shell_take(reader, "case")) {
        read_case(reader, since);
    } else if (shell_take(reader, "[[")) {
        read_test(reader, since);
    } else if (shell_is_at(reader, "function")) {
        shell_feature(reader, FEATURE_FUNCTION_WORD);
        reader->at += strlen("function");
        read_function(reader);
    } else {
        return false;
    }
    return true;
}
