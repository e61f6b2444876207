/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scripts for sh and bash as the shell reads them: commands with their words, where each stands,
 * and nothing of comments, quoted text or here-documents. Grammar: POSIX.1-2017, Shell Command
 * Language, and bash(1). What is nested deeper than SHELL_DEPTH_MAX is not read.
 */
#ifndef TS_ABI_SCRIPT_SHELL_H
#define TS_ABI_SCRIPT_SHELL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "base/vec.h"

#define SHELL_DEPTH_MAX 100
#define SHELL_COMMANDS_MAX 200000

struct shell_word {
    char *text;   /* without quotes; expansions as they are written, long ones as "$()" */
    bool quoted;  /* some of it was in quotes */
    bool dynamic; /* holds an expansion, or an unquoted pattern */
    unsigned line;
};
VEC_TYPE(shell_words, struct shell_word);

enum shell_kind {
    SHELL_SIMPLE,
    SHELL_CASE, /* words: the subject, then every pattern */
    SHELL_TEST, /* [[ … ]] */
    SHELL_FOR,  /* words: the variable, then the list */
};

enum shell_where {
    SHELL_BRANCH = 1 << 0,   /* runs only when something else did or did not */
    SHELL_FUNCTION = 1 << 1, /* in the body of a function */
    SHELL_HANDLED = 1 << 2,  /* its failure is asked about: a condition, before && or || */
    SHELL_SUBST = 1 << 3,    /* in a command substitution */
};

struct shell_command {
    enum shell_kind kind;
    unsigned where; /* enum shell_where */
    unsigned line;
    size_t assignments; /* so many of the words, at the front, are NAME=VALUE */
    struct shell_words words;
    struct shell_words redirects; /* files */
    size_t pipe_to;               /* 1 + index of the command that reads its output; 0: none */
};

/* "if A; then B; else C", "A && B", "A || B" and "case": ranges of commands. */
enum shell_block_kind { SHELL_IF, SHELL_AND, SHELL_OR, SHELL_DEFAULT };
struct shell_range {
    size_t from, to;
};
struct shell_block {
    enum shell_block_kind kind;
    struct shell_range condition; /* of SHELL_DEFAULT: the case itself */
    struct shell_range then;      /* of SHELL_DEFAULT: what stands behind "*)" */
    struct shell_range otherwise;
};

struct shell_script {
    VEC(struct shell_command) commands;
    VEC(struct shell_block) blocks;
    struct strv functions, aliases;
    bool errexit;        /* "set -e" stands in it */
    char *error;         /* why the rest could not be read, or NULL */
    unsigned error_line; /* from 1 */
};

/* Reads a script. What stands before an error is there. */
void shell_read(const char *text, size_t size, struct shell_script *ret_script);
void shell_done(struct shell_script *script);
#define _cleanup_shell_ _cleanup_(shell_done)

/* Is this the name of a shell whose language is read: sh, bash, dash, ksh, ash? */
bool shell_is_name(const char *program);

#endif
