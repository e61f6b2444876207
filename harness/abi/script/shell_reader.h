/* SPDX-License-Identifier: Apache-2.0 */
/* Internals shared by the parts of the shell parser. */
#ifndef TS_ABI_SCRIPT_SHELL_READER_H
#define TS_ABI_SCRIPT_SHELL_READER_H

#include "abi/script/shell.h"

/* A here-document whose body starts at the next newline. */
struct shell_here {
    char *delimiter;
    bool strip, quoted;
    size_t command; /* 1 + index of the command that reads it; 0: none */
};

struct shell_reader;

/* Calls from words back into the grammar, because words can contain commands. */
struct shell_grammar {
    void (*read_list)(struct shell_reader *reader);
    void (*read_command)(struct shell_reader *reader);
    /* Parses a text as a separate script, at this reader's depth. */
    void (*read_text)(struct shell_reader *outer, const char *text, size_t size, unsigned line,
                      unsigned where);
};

/* The text being parsed: the script, or a part that was copied out of it. */
struct shell_reader {
    const char *text;
    size_t size, at;
    unsigned line;
    unsigned where; /* enum shell_where of the current position */
    unsigned depth;
    unsigned subshells; /* open parentheses around commands */
    unsigned foreign;   /* nonzero in a text that is passed to a shell or to eval */
    struct shell_script *script;
    const struct shell_grammar *grammar;
    VEC(struct shell_here) heres;
};

/* Defined in shell_word.c. */
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

/* Enters a nesting level; returns false and sets the error if it is too deep. Undone by
 * reader->depth--. */
bool shell_enter(struct shell_reader *reader);

/* Skips blanks, line continuations and comments. */
void shell_skip_blanks(struct shell_reader *reader);
/* Skips these and newlines, including here-documents that begin there. */
void shell_skip_newlines(struct shell_reader *reader);

/* Reads a word into ret_word (owned by the caller); false: there is none. */
bool shell_read_word(struct shell_reader *reader, enum shell_word_mode mode,
                     struct shell_word *ret_word);

/* After "((" or "$((": true if this is arithmetic, closed by "))". */
bool shell_is_arithmetic(const struct shell_reader *reader);
void shell_read_arithmetic(struct shell_reader *reader);

/* Defined in shell_here.c. */
void shell_read_heres(struct shell_reader *reader);
/* Drops here-documents whose body is missing. */
void shell_drop_heres(struct shell_reader *reader);
void shell_add_here(struct shell_reader *reader, const struct shell_word *delimiter, bool strip,
                    size_t command);
/* Reads expansions in a text in which quotes have no meaning. */
void shell_read_expansions(struct shell_reader *reader, const char *text, size_t size,
                           unsigned line);

/* Reads what follows a '$' or is in backticks, and appends it to the word. Defined in
 * shell_dollar.c. */
void shell_read_dollar(struct shell_reader *reader, struct buffer *word, bool in_quotes);
void shell_read_backticks(struct shell_reader *reader, struct buffer *word, bool in_quotes);

/* Reserved words: is it here; consume it, after newlines; or fail if it is missing. Defined in
 * shell_token.c. */
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
/* Sets these bits for all commands from index `from`. */
void shell_mark(struct shell_reader *reader, size_t from, unsigned where);
void shell_add_block(struct shell_reader *reader, enum shell_block_kind kind, size_t condition,
                     size_t then, size_t otherwise);
bool shell_at_redirect(const struct shell_reader *reader);
/* command: 1 + index of the command it belongs to, or 0. Returns whether its descriptor has several
 * digits or is "{NAME}", which dash takes for a word. */
bool shell_read_redirect(struct shell_reader *reader, size_t command);
/* Those behind a compound command. */
void shell_read_redirects(struct shell_reader *reader, size_t command);

/* Returns false if there is a simple command here. Defined in shell_compound.c. */
bool shell_read_compound(struct shell_reader *reader);
void shell_read_function_body(struct shell_reader *reader, const char *name);

/* After a simple command: from "shift" and "set -- …" on, the first argument is not known. */
void shell_note_arguments(struct shell_reader *reader, size_t index);
/* True if the script's first argument selects this arm of a case statement; decided: an earlier arm
 * was or may have been. The same for an "if" whose condition compares it. Defined in
 * shell_called.c.
 */
bool shell_selects_arm(const struct shell_reader *reader, size_t command,
                       struct shell_range patterns, bool *decided);
bool shell_selects_branch(const struct shell_reader *reader, struct shell_range condition);

void shell_word_done(struct shell_word *word);

/* Records a feature at this position. Defined in shell_feature.c. */
void shell_feature(struct shell_reader *reader, enum shell_feature_kind kind);
void shell_feature_named(struct shell_reader *reader, enum shell_feature_kind kind,
                         const char *name, size_t length);
/* The same if the variable, function, parameter expansion or arithmetic is not that of POSIX. */
void shell_feature_variable(struct shell_reader *reader, const char *name, size_t length);
void shell_feature_function(struct shell_reader *reader, const char *name);
void shell_feature_parameter(struct shell_reader *reader, const char *text, size_t size);
void shell_feature_arithmetic(struct shell_reader *reader, const char *text, size_t size);

/* Reads the commands in "$(…)" or "<(…)" and the closing parenthesis; `unclosed` is the error if it
 * is missing. */
void shell_read_inner(struct shell_reader *reader, const char *unclosed);

#endif
