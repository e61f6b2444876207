/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a shell script needs to be there: the programs that it runs, seen through sudo, exec, env,
 * xargs, find -exec and their like, and the files that it sources.
 */
#ifndef TS_ABI_SCRIPT_SHELL_USE_H
#define TS_ABI_SCRIPT_SHELL_USE_H

#include "abi/script/shell.h"

enum shell_use_kind { USE_PROGRAM, USE_SOURCED };
struct shell_use {
    enum shell_use_kind kind;
    char *name; /* a path or the name of a command; NULL: it is made at run time */
    unsigned line, where;
    bool tested; /* the script asks whether it is there */
};

struct shell_uses {
    VEC(struct shell_use) rows; /* by name, then by line */
    bool sources_unknown;       /* a file whose name is made at run time */
};

/* Neither functions, aliases nor builtins are uses. */
void shell_uses_read(const struct shell_script *script, struct shell_uses *ret_uses);
void shell_uses_done(struct shell_uses *uses);
#define _cleanup_uses_ _cleanup_(shell_uses_done)

/* The words of a command from the program that is run at the end: behind sudo, env and their like.
 * The index of a word, or the number of words. */
size_t shell_program_at(const struct shell_command *command);

#endif
