/* SPDX-License-Identifier: Apache-2.0 */
/* Options of dash and bash, in a script's first line or in a command. */
#ifndef TS_ABI_SCRIPT_SHELL_OPTION_H
#define TS_ABI_SCRIPT_SHELL_OPTION_H

#include <stdbool.h>
#include <stddef.h>

enum shell_program { SHELL_DASH, SHELL_BASH };

/* True for a name that "set -o" of dash knows. */
bool shell_option_is_dash(const char *name);

struct shell_options {
    size_t operand; /* index of the first word that is not an option */
    bool code;      /* "-c": the operand is a command line */
    bool nothing;   /* the shell exits, or does not execute what it reads */
};

/* Reads the words behind the shell's name. Returns why the shell refuses them, or NULL. Caller
 * frees. */
char *shell_options_read(enum shell_program program, const char *const *words, size_t count,
                         struct shell_options *ret);

#endif
