/* SPDX-License-Identifier: Apache-2.0 */
/* Modules of PAM and of the name service: named by files and scripts of the product, and loaded
 * into programs of the image. */
#ifndef TS_ABI_CHECK_LOGIN_H
#define TS_ABI_CHECK_LOGIN_H

#include "abi/check/needs.h"

struct check;
struct shell_flow;
struct shell_script;
struct start_need;

/* What loads the module at this path into programs: "PAM", "the name service", or NULL. */
const char *login_loader_of(const char *path);

/* Checks what a line of the file or script at `path` adds to `target`, a file of PAM or of the name
 * service; both may be the same. */
void login_check_need(struct needs *needs, const char *path, const char *target,
                      const struct start_need *need);

/* Adds a row about a script that changes a login file in a way that is not read. */
struct finding *login_add_unread(struct needs *needs, const char *path, const char *target,
                                 unsigned line);

/* The same for a script of the package manager in a language that is not read: if it names such a
 * file. */
void login_check_text(struct needs *needs, const char *path, const char *text);

/* Checks the lines that a script adds to such files. Defined in script_login.c. */
void script_check_login(const char *path, const struct shell_script *script,
                        const struct shell_flow *flow, struct needs *needs);

/* Loads the product's modules into the programs of the image that load them. Defined in
 * login_modules.c. */
void check_login_modules(struct check *check, const struct needs *needs);

#endif
