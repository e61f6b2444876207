/* SPDX-License-Identifier: Apache-2.0 */
/* Variables of a shell script whose value is fixed: assigned once, a literal text. */
#ifndef TS_ABI_SCRIPT_SHELL_VARIABLE_H
#define TS_ABI_SCRIPT_SHELL_VARIABLE_H

#include "abi/script/shell.h"

struct shell_variable {
    const char *name; /* in the word, up to '=' */
    const char *value;
    size_t length;
    bool fixed;
};
VEC_TYPE(shell_variables, struct shell_variable);

/* Borrows from the script; freed with vec_done. */
void shell_variables_read(const struct shell_script *script, struct shell_variables *ret);

/* A script with all variables of its environment, "NAME=VALUE". */
struct shell_scope {
    const struct shell_script *script;
    const struct strv *environment;
};

/* The text of a word with a leading "$NAME" or "${NAME:-DEFAULT}" expanded; NULL: computed at run
 * time. scope: NULL if the environment is not known. Caller frees. */
char *shell_variables_text(const struct shell_variables *variables, const struct shell_scope *scope,
                           const struct shell_word *word);

#endif
