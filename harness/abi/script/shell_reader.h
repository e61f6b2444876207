/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the shell's reader share. */
#ifndef TS_ABI_SCRIPT_SHELL_READER_H
#define TS_ABI_SCRIPT_SHELL_READER_H

#include "abi/script/shell.h"

/* A here-document whose body starts at the next newline. */
struct shell_here {
    char *delimiter;
    bool strip, quoted;
    size_t command; /* 1 + index of whom it is fed to; 0: none */
};

struct shell_reader;

/* What a part of a word may hold again: the grammar calls the words, and they call it by this. */
struct shell_grammar {
    void (*read_list)(struct shell_reader *reader);
    void (*read_command)(struct shell_reader *reader);
    /* A whole text as a script of its own, with this reader's depth. */
    void (*read_text)(struct shell_reader *outer, const char *text, size_t size, unsigned line,
                      unsigned where);
};

/* A text that is being read: the script, or a part of it that had to be copied out. */
struct shell_reader {
    const char *text;
    size_t size, at;
    unsigned line;
    unsigned where; /* enum shell_where of what is read now */
    unsigned depth;
    struct shell_script *script;
    const struct shell_grammar *grammar;
    VEC(struct shell_here) heres;
};

/* In shell_word.c. */
enum shell_word_mode { WORD_PLAIN, WORD_REGEX };

static inline char shell_peek(const struct shell_reader *reader, size_t ahead)
{
    return reader->at + ahead < reader->size ? reader->text[reader->at + ahead] : '\0';
}
static inline bool shell_ended(const struct shell_reader *reader)
{
    return reader->at >= reader->size || reader->script->error != NULL;
}

void shell_fail(struct shell_reader *reader, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* One level deeper; false, and the error, when that is too deep. Pairs with reader->depth--. */
bool shell_enter(struct shell_reader *reader);

/* Blanks, continued lines and comments. */
void shell_skip_blanks(struct shell_reader *reader);
/* Those and newlines, with the here-documents that start there. */
void shell_skip_newlines(struct shell_reader *reader);

/* One word into ret_word (owned by the caller); false: none stands here. */
bool shell_read_word(struct shell_reader *reader, enum shell_word_mode mode,
                     struct shell_word *ret_word);

/* Behind "((" or "$((" : is this arithmetic, closed by "))"? */
bool shell_is_arithmetic(const struct shell_reader *reader);
void shell_read_arithmetic(struct shell_reader *reader);

/* In shell_here.c. */
void shell_read_heres(struct shell_reader *reader);
/* Those whose body never came. */
void shell_drop_heres(struct shell_reader *reader);
void shell_add_here(struct shell_reader *reader, const struct shell_word *delimiter, bool strip,
                    size_t command);
/* Expansions in a text in which quotes mean nothing. */
void shell_read_expansions(struct shell_reader *reader, const char *text, size_t size,
                           unsigned line);

/* In shell_dollar.c: what stands behind a '$' or in backticks; appended to the word. */
void shell_read_dollar(struct shell_reader *reader, struct buffer *word, bool in_quotes);
void shell_read_backticks(struct shell_reader *reader, struct buffer *word, bool in_quotes);

/* In shell_token.c. Is this reserved word here; take it, behind newlines; or fail for want of it.
 */
bool shell_is_at(const struct shell_reader *reader, const char *reserved);
bool shell_take(struct shell_reader *reader, const char *reserved);
void shell_expect(struct shell_reader *reader, const char *reserved, unsigned since);
bool shell_ends_list(const struct shell_reader *reader);
static inline size_t shell_command_count(const struct shell_reader *reader)
{
    return reader->script->commands.count;
}
size_t shell_add_command(struct shell_reader *reader, enum shell_kind kind);
void shell_add_word(struct shell_reader *reader, size_t command, const struct shell_word *word);
/* Sets these bits for all commands from this one on. */
void shell_mark(struct shell_reader *reader, size_t from, unsigned where);
void shell_add_block(struct shell_reader *reader, enum shell_block_kind kind, size_t condition,
                     size_t then, size_t otherwise);
bool shell_at_redirect(const struct shell_reader *reader);
/* command: 1 + index of whose it is, or 0. */
void shell_read_redirect(struct shell_reader *reader, size_t command);
void shell_read_redirects(struct shell_reader *reader, size_t command);

/* In shell_compound.c. False: a simple command stands here. */
bool shell_read_compound(struct shell_reader *reader);
void shell_read_function_body(struct shell_reader *reader, const char *name);

void shell_word_done(struct shell_word *word);

/* The commands inside "$(…)" or "<(…)" and the parenthesis that ends them; `unclosed` is what fails
 * without it. */
void shell_read_inner(struct shell_reader *reader, const char *unclosed);

#endif
