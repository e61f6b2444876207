/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files that read how scripts change the files of PAM and nsswitch.conf. */
#ifndef TS_ABI_CHECK_SCRIPT_LOGIN_H
#define TS_ABI_CHECK_SCRIPT_LOGIN_H

#include "abi/check/needs.h"
#include "abi/script/shell_flow.h"
#include "abi/script/shell_variable.h"

struct login_script {
    const char *path;
    const struct shell_script *script;
    const struct shell_flow *flow;
    struct needs *needs;
    struct shell_variables variables;
    struct strv texts; /* owns what variables stand for */
};

/* The file of the image that the word names, also as a variable of the script or of a loop; NULL:
 * another. Valid as long as login. */
const char *script_login_target(struct login_script *login, const struct shell_word *word);

/* The name of the program that the command runs in the end; "" for none. ret_at: its word. */
const char *script_login_program(const struct shell_command *command, size_t *ret_at);

/* What the command prints, as far as it is written in it. */
void script_login_output(const struct shell_command *command, struct buffer *ret);

/* Checks text that a command adds to the file. */
void script_login_added(struct login_script *login, size_t index, const char *target,
                        const char *text);

/* Reports that a command changes the file, and that the script does not tell how. */
void script_login_unread(struct login_script *login, size_t index, const char *target,
                         const char *what);

/* Checks a command that changes login files other than by sed, or by what it prints. Defined in
 * script_login_edit.c. */
void script_login_edit(struct login_script *login, size_t index);

/* True for a "cat" of login files alone. */
bool script_login_copies(const struct shell_command *command);

#endif
