/* SPDX-License-Identifier: Apache-2.0 */
/* A terminal in the guest: root's shell on its serial console, joined to the person's own. */
#ifndef TS_CELL_SHELL_CONSOLE_H
#define TS_CELL_SHELL_CONSOLE_H

#include "cell/session.h"

struct terminal;

/* The person's terminal as it is now, to be put back when whatever used it has ended or was killed.
 * NULL: standard input is no terminal. terminal_restore frees. */
struct terminal *terminal_keep(void);
void terminal_restore(struct terminal *terminal);

/* Until the shell ends or the escape is typed. env as a case's, but for TERM. -EBUSY: commands
 * reach this guest over its console. */
int shell_console(struct session *session, const char *const *env, struct error **err);

#endif
