/* SPDX-License-Identifier: Apache-2.0 */
/* Connects the user's terminal to a root shell on the guest's serial console. */
#ifndef TS_CELL_SHELL_CONSOLE_H
#define TS_CELL_SHELL_CONSOLE_H

#include "cell/session.h"

struct terminal;

/* Saves the settings of the user's terminal, to be restored when the program that uses it ends or
 * is killed. Returns NULL if standard input is not a terminal. terminal_restore frees it. */
struct terminal *terminal_keep(void);
void terminal_restore(struct terminal *terminal);

/* Returns when the shell ends or the escape is typed. env: as for a case, except for TERM. -EBUSY:
 * commands reach this guest through its console. */
int shell_console(struct session *session, const char *const *env, struct error **err);

#endif
