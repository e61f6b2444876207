/* SPDX-License-Identifier: Apache-2.0 */
/* What a shell script requires: the programs that it runs, also through sudo, exec, env, xargs,
 * find -exec and similar, and the files that it sources. */
#ifndef TS_ABI_SCRIPT_SHELL_USE_H
#define TS_ABI_SCRIPT_SHELL_USE_H

#include "abi/script/shell.h"

enum shell_use_kind { USE_PROGRAM, USE_SOURCED };
struct shell_use {
    enum shell_use_kind kind;
    char *name; /* a path or the name of a command; NULL: computed at run time */
    unsigned line, where;
    size_t command; /* index of the command */
    bool tested;    /* the script tests whether it exists, or makes it */
    bool executed;  /* by exec */
    bool findable;  /* named by a path, or in a PATH that the script leaves as it is */
};

struct shell_uses {
    VEC(struct shell_use) rows; /* sorted by name, then line */
    bool sources_unknown;       /* sources a file whose name is computed at run time */
};

/* Functions, aliases and builtins are not listed. environment: all variables that it is given, or
 * NULL if they are not known. */
void shell_uses_read(const struct shell_script *script, const struct strv *environment,
                     struct shell_uses *ret_uses);
void shell_uses_done(struct shell_uses *uses);
#define _cleanup_uses_ _cleanup_(shell_uses_done)

bool shell_is_builtin(const char *name);

/* Index of the word that is the program run in the end, after sudo, env and similar; the number of
 * words if there is none. */
size_t shell_program_at(const struct shell_command *command);

#endif
