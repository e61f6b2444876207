/* SPDX-License-Identifier: Apache-2.0 */
/* Users and groups that the commands of a shell script need: the owner in chown, the user of su,
 * sudo -u, runuser, setpriv and similar. */
#ifndef TS_ABI_SCRIPT_SHELL_ACCOUNT_H
#define TS_ABI_SCRIPT_SHELL_ACCOUNT_H

#include "abi/script/shell.h"

struct shell_account {
    char *name;
    bool group;
    bool dotted; /* of chown: "USER.GROUP", if there is no user of the whole name */
    unsigned line;
    size_t command;      /* index of the command */
    const char *program; /* of the command; borrowed from the script */
};
VEC_TYPE(shell_accounts, struct shell_account);

/* Numbers, and names that are computed or that the script looks up itself (id, getent), are left
 * out. */
void shell_accounts_read(const struct shell_script *script, struct shell_accounts *ret);
/* Makes a dotted account a user and a group, which is added at the end. */
void shell_accounts_split(struct shell_accounts *accounts, size_t index);
void shell_accounts_done(struct shell_accounts *accounts);
#define _cleanup_shell_accounts_ _cleanup_(shell_accounts_done)

/* Options of useradd and adduser: true if the user gets no group of its own; and if the next word
 * is the name of a group that has to exist. */
bool shell_account_is_alone(const char *program, const char *option);
bool shell_account_names_group(const char *program, const char *option);

/* The option that the image's adduser does not have, or NULL: Debian's is a program of its own,
 * that of others is useradd. Borrowed from the words after it. */
const char *shell_account_refused(const struct shell_words *words, size_t adduser, bool debian);

#endif
