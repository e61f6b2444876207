/* SPDX-License-Identifier: Apache-2.0 */
/* Expansions: parameters, command substitution, arithmetic. */
#include <ctype.h>
#include <string.h>

#include "abi/script/shell_reader.h"

#define SHOWN_MAX 200 /* bytes of a substitution's text that are included in the word */

/* Appends the expansion as written; a long one is replaced by a placeholder. */
static void show(const struct shell_reader *reader, size_t from, struct buffer *word)
{
    if (reader->script->error == NULL && reader->at > from && reader->at - from <= SHOWN_MAX)
        buffer_add(word, reader->text + from, reader->at - from);
    else
        buffer_text(word, "$()");
}

bool shell_is_arithmetic(const struct shell_reader *reader)
{
    size_t depth = 0;

    for (size_t at = reader->at; at < reader->size; at++) {
        char byte = reader->text[at];

        if (byte == '\\') {
            at++;
        } else if (byte == '(') {
            depth++;
        } else if (byte == ')' && depth > 0) {
            depth--;
        } else if (byte == ')') {
            return at + 1 < reader->size && reader->text[at + 1] == ')';
        }
    }
    return false;
}

void shell_read_arithmetic(struct shell_reader *reader)
{
    _cleanup_buffer_ struct buffer skipped = {0};
    size_t depth = 0;

    if (!shell_enter(reader))
        return;
    while (!shell_ended(reader)) {
        char byte = shell_peek(reader, 0);

        reader->at++;
        reader->line += byte == '\n';
        if (byte == '$')
            shell_read_dollar(reader, &skipped, true);
        else if (byte == '`')
            shell_read_backticks(reader, &skipped, true);
        else if (byte == '(')
            depth++;
        else if (byte == ')' && depth-- == 0)
            break;
    }
    reader->depth--;
    if (shell_peek(reader, 0) != ')')
        shell_fail(reader, "unterminated arithmetic expression");
    else
        reader->at++;
}

void shell_read_inner(struct shell_reader *reader, const char *unclosed)
{
    unsigned where = reader->where;

    if (!shell_enter(reader))
        return;
    reader->where |= SHELL_SUBST;
    reader->grammar->read_list(reader);
    reader->where = where;
    reader->depth--;
    if (shell_peek(reader, 0) != ')' || reader->at >= reader->size)
        shell_fail(reader, "%s", unclosed);
    else
        reader->at++;
}

static void skip_quoted(struct shell_reader *reader, char quote)
{
    while (!shell_ended(reader) && shell_peek(reader, 0) != quote) {
        reader->line += shell_peek(reader, 0) == '\n';
        reader->at += quote == '"' && shell_peek(reader, 0) == '\\' ? 2 : 1;
    }
    if (shell_ended(reader))
        shell_fail(reader, "unterminated %c", quote);
    else
        reader->at++;
}

/* In "${x:-it's}" the quote is literal; in "${x#'a'}" and outside double quotes it quotes. */
static bool has_single_quotes(const struct shell_reader *reader, bool in_quotes)
{
    size_t at = reader->at;

    if (!in_quotes)
        return true;
    while (at < reader->size &&
           (isalnum((unsigned char)reader->text[at]) ||
            (reader->text[at] != '\0' && strchr("_!@*", reader->text[at]) != NULL)))
        at++;
    return at < reader->size && reader->text[at] != '\0' &&
           strchr("#%/^,", reader->text[at]) != NULL;
}

/* Within double quotes in a parameter's word. */
static void read_inner_double(struct shell_reader *reader, struct buffer *skipped)
{
    while (!shell_ended(reader) && shell_peek(reader, 0) != '"') {
        char byte = shell_peek(reader, 0);

        reader->at++;
        reader->line += byte == '\n';
        if (byte == '\\')
            reader->at++;
        else if (byte == '$')
            shell_read_dollar(reader, skipped, true);
        else if (byte == '`')
            shell_read_backticks(reader, skipped, true);
    }
    if (shell_ended(reader))
        shell_fail(reader, "unterminated \"");
    else
        reader->at++;
}

static void read_parameter(struct shell_reader *reader, bool in_quotes)
{
    _cleanup_buffer_ struct buffer skipped = {0};
    bool single = has_single_quotes(reader, in_quotes);

    if (!shell_enter(reader))
        return;
    shell_feature_parameter(reader, reader->text + reader->at, reader->size - reader->at);
    if (shell_peek(reader, 0) == '#' || shell_peek(reader, 0) == '$')
        reader->at++;
    while (!shell_ended(reader) && shell_peek(reader, 0) != '}') {
        char byte = shell_peek(reader, 0);

        reader->at++;
        reader->line += byte == '\n';
        if (byte == '\\') {
            reader->line += shell_peek(reader, 0) == '\n';
            reader->at++;
        } else if (byte == '$' && shell_peek(reader, 0) == '\'' && single) {
            reader->at++;
            skip_quoted(reader, '\'');
        } else if (byte == '$') {
            shell_read_dollar(reader, &skipped, in_quotes);
        } else if (byte == '`') {
            shell_read_backticks(reader, &skipped, in_quotes);
        } else if (byte == '\'' && single) {
            skip_quoted(reader, '\'');
        } else if (byte == '"') {
            read_inner_double(reader, &skipped);
        }
    }
    reader->depth--;
    if (shell_ended(reader))
        shell_fail(reader, "unterminated '${'");
    else
        reader->at++;
}

void shell_read_dollar(struct shell_reader *reader, struct buffer *word, bool in_quotes)
{
    char byte = shell_peek(reader, 0);
    size_t from = reader->at - 1;

    if (byte == '(' && shell_peek(reader, 1) == '(') {
        reader->at += 2;
        if (shell_is_arithmetic(reader)) {
            size_t begin = reader->at, end;

            shell_read_arithmetic(reader);
            /* What does not end is read to behind the text. */
            end = reader->at < reader->size ? reader->at : reader->size;
            shell_feature_arithmetic(reader, reader->text + begin, end - begin);
        } else {
            reader->at--;
            shell_read_inner(reader, "unterminated '$('");
        }
    } else if (byte == '(') {
        reader->at++;
        shell_read_inner(reader, "unterminated '$('");
    } else if (byte == '{') {
        reader->at++;
        read_parameter(reader, in_quotes);
    } else if (byte == '[' && memchr(reader->text + reader->at, ']', reader->size - reader->at)) {
        shell_feature(reader, FEATURE_OLD_ARITHMETIC);
    } else if (isalpha((unsigned char)byte) || byte == '_') {
        while (isalnum((unsigned char)shell_peek(reader, 0)) || shell_peek(reader, 0) == '_')
            reader->at++;
        shell_feature_variable(reader, reader->text + from + 1, reader->at - from - 1);
    } else if (byte != '\0' && (isdigit((unsigned char)byte) || strchr("@*#?$!-", byte) != NULL)) {
        reader->at++;
    }
    show(reader, from, word);
}

void shell_read_backticks(struct shell_reader *reader, struct buffer *word, bool in_quotes)
{
    _cleanup_buffer_ struct buffer inner = {0};
    unsigned line = reader->line;
    size_t from = reader->at - 1;

    buffer_add(&inner, "", 0);
    while (reader->at < reader->size && shell_peek(reader, 0) != '`') {
        char byte = shell_peek(reader, 0), next = shell_peek(reader, 1);

        reader->at++;
        if (byte == '\\' && next != '\0' &&
            (strchr("$`\\", next) != NULL || (in_quotes && next == '"'))) {
            byte = next;
            reader->at++;
        }
        reader->line += byte == '\n';
        buffer_add(&inner, &byte, 1);
    }
    if (reader->at >= reader->size) {
        reader->line = line;
        shell_fail(reader, "unterminated `");
        return;
    }
    reader->at++;
    reader->grammar->read_text(reader, inner.data, inner.length, line, reader->where | SHELL_SUBST);
    show(reader, from, word);
}
