/* SPDX-License-Identifier: Apache-2.0 */
/* Parses scripts for sh and bash into commands with their words and positions; comments, quoted
 * text and here-documents are not mistaken for commands. Grammar: POSIX.1-2017, Shell Command
 * Language, and bash(1). Nesting beyond SHELL_DEPTH_MAX is not parsed. */
#ifndef TS_ABI_SCRIPT_SHELL_H
#define TS_ABI_SCRIPT_SHELL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "base/vec.h"

#define SHELL_DEPTH_MAX 100
#define SHELL_COMMANDS_MAX 200000
#define SHELL_FEATURES_MAX 10000

struct shell_word {
    char *text;   /* without quotes; expansions as written, long ones as "$()" */
    bool quoted;  /* part of it was quoted */
    bool dynamic; /* contains an expansion or an unquoted pattern */
    bool output;  /* of a redirection: the file is written */
    bool append;  /* the same, at its end */
    unsigned line;
};
VEC_TYPE(shell_words, struct shell_word);

enum shell_kind {
    SHELL_SIMPLE,
    SHELL_CASE, /* words: the subject, then all patterns */
    SHELL_TEST, /* [[ … ]]; words include &&, ||, ( and ) */
    SHELL_FOR,  /* words: the variable, then the list */
};

enum shell_where {
    SHELL_BRANCH = 1 << 0,   /* executed only depending on the result of another command */
    SHELL_FUNCTION = 1 << 1, /* in a function body */
    SHELL_HANDLED = 1 << 2,  /* its failure is handled: in a condition, before && or || */
    SHELL_SUBST = 1 << 3,    /* in a command substitution */
};

/* What only some shells understand; see dialect.def. */
enum shell_feature_kind {
#define FEATURE(id, dash, posix, what, instead) FEATURE_##id,
#include "abi/script/dialect.def"
#undef FEATURE
    FEATURE_KINDS
};
struct shell_feature {
    enum shell_feature_kind kind;
    unsigned line, where;
    size_t command; /* index of the command that it is in, or that it begins */
    bool subshell;
    char *name; /* of a variable or function; NULL: none */
};

struct shell_command {
    enum shell_kind kind;
    unsigned where; /* enum shell_where */
    unsigned line;
    size_t assignments; /* number of leading words that are NAME=VALUE */
    struct shell_words words;
    struct shell_words redirects; /* file names */
    char *here;     /* the text of its here-document, expansions as written; NULL: none, or code */
    bool negated;   /* "!" stands before its pipeline */
    bool subshell;  /* in parentheses, so that "exit" ends only these */
    bool foreign;   /* in a text that is passed to a shell or to eval */
    size_t pipe_to; /* 1 + index of the command that reads its output; 0: none */
};

/* Ranges of commands in "if A; then B; else C", "A && B", "A || B" and "case". */
enum shell_block_kind { SHELL_IF, SHELL_AND, SHELL_OR, SHELL_DEFAULT, SHELL_ARM, SHELL_BODY };
struct shell_range {
    size_t from, to;
};
struct shell_block {
    enum shell_block_kind kind;
    struct shell_range condition; /* for SHELL_DEFAULT and SHELL_ARM: the case statement itself */
    struct shell_range then; /* for SHELL_DEFAULT: the commands after "*)"; for SHELL_ARM: after
                                an arm's patterns; for SHELL_BODY: of a function */
    struct shell_range otherwise;
    struct shell_range patterns; /* for SHELL_ARM: words of the case statement */
    size_t function;             /* for SHELL_BODY: index in functions */
};

struct shell_script {
    const char *argument; /* its first argument; NULL: not known. Borrowed while reading */
    VEC(struct shell_command) commands;
    VEC(struct shell_block) blocks;
    VEC(struct shell_feature) features; /* outside texts that are passed to a shell or to eval */
    struct strv functions, aliases;
    bool errexit;         /* the script contains "set -e" */
    char *error;          /* why the rest could not be parsed, or NULL */
    unsigned error_line;  /* from 1 */
    size_t error_command; /* number of commands before it */
    bool limited;         /* the error is a limit of this parser */
};

/* Parses a script. On an error, the commands before it are returned. */
void shell_read(const char *text, size_t size, struct shell_script *ret_script);
/* The same for a script that is called with this first argument: what "case $1 in" or "[ $1 = … ]"
 * selects by it is in no branch. */
void shell_read_called(const char *text, size_t size, const char *argument,
                       struct shell_script *ret_script);
void shell_done(struct shell_script *script);
#define _cleanup_shell_ _cleanup_(shell_done)

/* True for a name of letters, digits and '_'. */
bool shell_is_identifier(const char *name);

/* True for the name of a supported shell: sh, bash, dash, ksh, ash. */
bool shell_is_name(const char *program);

#endif
