/* SPDX-License-Identifier: Apache-2.0 */
/* Words, quotes, blanks and comments. */
#include <ctype.h>
#include <string.h>

#include "abi/script/shell_reader.h"

static bool is_continued(const struct shell_reader *reader)
{
    return shell_peek(reader, 0) == '\\' && shell_peek(reader, 1) == '\n';
}

void shell_skip_blanks(struct shell_reader *reader)
{
    while (!shell_ended(reader)) {
        char byte = shell_peek(reader, 0);

        if (byte == ' ' || byte == '\t' || byte == '\r') {
            reader->at++;
        } else if (is_continued(reader)) {
            reader->at += 2;
            reader->line++;
        } else if (byte == '#') {
            const char *end = memchr(reader->text + reader->at, '\n', reader->size - reader->at);

            reader->at = end != NULL ? (size_t)(end - reader->text) : reader->size;
        } else {
            return;
        }
    }
}

void shell_skip_newlines(struct shell_reader *reader)
{
    shell_skip_blanks(reader);
    while (!shell_ended(reader) && shell_peek(reader, 0) == '\n') {
        reader->at++;
        reader->line++;
        shell_read_heres(reader);
        shell_skip_blanks(reader);
    }
}

static void read_single(struct shell_reader *reader, struct buffer *word)
{
    const char *from = reader->text + reader->at;
    const char *end = memchr(from, '\'', reader->size - reader->at);

    if (end == NULL) {
        shell_fail(reader, "unterminated '");
        return;
    }
    for (const char *at = from; at < end; at++)
        reader->line += *at == '\n';
    buffer_add(word, from, (size_t)(end - from));
    reader->at += (size_t)(end - from) + 1;
}

/* $'…': escapes are not interpreted. */
static void read_ansi(struct shell_reader *reader, struct buffer *word)
{
    while (!shell_ended(reader) && shell_peek(reader, 0) != '\'') {
        size_t length = shell_peek(reader, 0) == '\\' && reader->at + 1 < reader->size ? 2 : 1;

        for (size_t i = 0; i < length; i++)
            reader->line += shell_peek(reader, i) == '\n';
        buffer_add(word, reader->text + reader->at, length);
        reader->at += length;
    }
    if (shell_ended(reader))
        shell_fail(reader, "unterminated $'");
    else
        reader->at++;
}

static void read_double(struct shell_reader *reader, struct buffer *word, bool *dynamic)
{
    unsigned line = reader->line;

    while (!shell_ended(reader) && shell_peek(reader, 0) != '"') {
        char byte = shell_peek(reader, 0), next = shell_peek(reader, 1);

        reader->at++;
        if (byte == '\\' && next == '\n') {
            reader->at++;
            reader->line++;
        } else if (byte == '\\' && next != '\0' && strchr("$`\"\\", next) != NULL) {
            buffer_add(word, &next, 1);
            reader->at++;
        } else if (byte == '$') {
            *dynamic = true;
            shell_read_dollar(reader, word, true);
        } else if (byte == '`') {
            *dynamic = true;
            shell_read_backticks(reader, word, true);
        } else {
            reader->line += byte == '\n';
            buffer_add(word, &byte, 1);
        }
    }
    if (reader->script->error == NULL && reader->at >= reader->size) {
        reader->line = line;
        shell_fail(reader, "unterminated \"");
    } else {
        reader->at++;
    }
}

/* True if the word read so far is "NAME=" or "NAME+=", so that a '(' starts an array. */
static bool is_assigning(const struct buffer *word)
{
    size_t length = word->length;

    if (length < 2 || word->data[length - 1] != '=' ||
        !(isalpha((unsigned char)word->data[0]) || word->data[0] == '_'))
        return false;
    length -= word->data[length - 2] == '+' ? 2 : 1;
    for (size_t i = 0; i < length; i++)
        if (word->data[i] == '[')
            return word->data[length - 1] == ']';
        else if (!isalnum((unsigned char)word->data[i]) && word->data[i] != '_')
            return false;
    return true;
}

#define ARRAY_SHOWN 100 /* elements */

/* The elements stay in the word as "(A B)", as far as they are short. */
static void read_array(struct shell_reader *reader, struct buffer *text)
{
    struct shell_word word;
    size_t elements = 0;

    shell_feature(reader, FEATURE_ARRAY);
    reader->at++;
    if (!shell_enter(reader))
        return;
    for (;;) {
        shell_skip_newlines(reader);
        if (!shell_read_word(reader, WORD_PLAIN, &word))
            break;
        if (elements++ < ARRAY_SHOWN)
            buffer_format(text, "%s%s", elements > 1 ? " " : "(", word.text);
        shell_word_done(&word);
    }
    if (elements > 0)
        buffer_text(text, ")");
    reader->depth--;
    if (shell_peek(reader, 0) != ')')
        shell_fail(reader, "unterminated array");
    else
        reader->at++;
}

/* After the '(' of an extended pattern of bash: "@(a|b)". */
static void read_pattern(struct shell_reader *reader, struct buffer *word)
{
    size_t depth = 1;

    while (depth > 0 && !shell_ended(reader)) {
        char byte = shell_peek(reader, 0);

        reader->at++;
        depth += byte == '(';
        depth -= byte == ')';
        reader->line += byte == '\n';
        buffer_add(word, &byte, 1);
        if (byte == '\'') {
            read_single(reader, word);
        } else if (byte == '"') {
            bool dynamic;

            read_double(reader, word, &dynamic);
        } else if (byte == '\\' && !shell_ended(reader)) {
            reader->at++;
        } else if (byte == '$') {
            shell_read_dollar(reader, word, false);
        }
    }
    if (depth > 0)
        shell_fail(reader, "unterminated pattern");
}

/* "<(list)" and ">(list)": process substitution. */
static void read_process(struct shell_reader *reader, struct buffer *word)
{
    shell_feature(reader, FEATURE_PROCESS);
    reader->at += 2;
    buffer_text(word, "$()");
    shell_read_inner(reader, "unterminated '<('");
}

/* Reads one unquoted byte of a word; returns false if the word ends before it. */
static bool read_bare(struct shell_reader *reader, enum shell_word_mode mode, struct buffer *word,
                      size_t *open, bool *dynamic)
{
    char byte = shell_peek(reader, 0), before = word->length > 0 ? word->data[word->length - 1] : 0;

    if (mode == WORD_REGEX && (byte == '(' || byte == ')' || byte == '|' || byte == '<' ||
                               byte == '>' || byte == '&' || byte == ';')) {
        if (byte == ')' && *open == 0)
            return false;
        if ((byte == '|' || byte == '&') && *open == 0 && shell_peek(reader, 1) == byte)
            return false;
        if (byte == '(')
            shell_feature(reader, FEATURE_TEST_PATTERN);
        *open += byte == '(';
        *open -= byte == ')';
    } else if (mode == WORD_REGEX && *open > 0 && (byte == ' ' || byte == '\t')) {
        /* In parentheses, a blank is part of the expression. */
    } else if ((byte == '<' || byte == '>') && shell_peek(reader, 1) == '(') {
        *dynamic = true;
        read_process(reader, word);
        return true;
    } else if (byte == '(' && before != 0 && strchr("@?*+!", before) != NULL) {
        *dynamic = true;
        shell_feature(reader, FEATURE_EXTENDED_PATTERN);
        reader->at++;
        buffer_add(word, "(", 1);
        read_pattern(reader, word);
        return true;
    } else if (byte == '(' && is_assigning(word)) {
        *dynamic = true;
        read_array(reader, word);
        return true;
    } else if (strchr(" \t\n;&|<>()", byte) != NULL ||
               (byte == '\r' && shell_peek(reader, 1) == '\n')) {
        return byte == '\0' && reader->at < reader->size ? (reader->at++, true) : false;
    }
    *dynamic |= byte == '*' || byte == '?';
    buffer_add(word, &byte, 1);
    reader->at++;
    return true;
}

bool shell_read_word(struct shell_reader *reader, enum shell_word_mode mode,
                     struct shell_word *ret_word)
{
    _cleanup_buffer_ struct buffer word = {0};
    size_t begin = reader->at, open = 0;

    *ret_word = (struct shell_word){.line = reader->line};
    while (!shell_ended(reader)) {
        char byte = shell_peek(reader, 0), next = shell_peek(reader, 1);

        if (is_continued(reader)) {
            reader->at += 2;
            reader->line++;
        } else if (byte == '\\' && reader->at + 1 < reader->size) {
            buffer_add(&word, &next, 1);
            ret_word->quoted = true;
            reader->at += 2;
        } else if (byte == '\'') {
            ret_word->quoted = true;
            reader->at++;
            read_single(reader, &word);
        } else if (byte == '"' || (byte == '$' && next == '"')) {
            ret_word->quoted = true;
            if (byte == '$')
                shell_feature(reader, FEATURE_TRANSLATED);
            reader->at += byte == '$' ? 2 : 1;
            read_double(reader, &word, &ret_word->dynamic);
        } else if (byte == '$' && next == '\'') {
            ret_word->quoted = true;
            shell_feature(reader, FEATURE_ANSI_QUOTE);
            reader->at += 2;
            read_ansi(reader, &word);
        } else if (byte == '$') {
            ret_word->dynamic = true;
            reader->at++;
            shell_read_dollar(reader, &word, false);
        } else if (byte == '`') {
            ret_word->dynamic = true;
            reader->at++;
            shell_read_backticks(reader, &word, false);
        } else if (!read_bare(reader, mode, &word, &open, &ret_word->dynamic)) {
            break;
        }
    }
    if (reader->at == begin || reader->script->error != NULL)
        return false;
    ret_word->text = buffer_steal(&word);
    return true;
}
