/* SPDX-License-Identifier: Apache-2.0 */
/* Long text on a terminal goes through a pager, as git does it. */
#ifndef TS_CLI_PAGER_H
#define TS_CLI_PAGER_H

#include <stdbool.h>

/* From here on, standard output is read by $TOUCHSTONE_PAGER, else $PAGER, else less; nothing
 * happens where standard output is no terminal, the pager is "" or "cat", or it cannot be started.
 * LESS=FRX is set unless the user has set LESS: one screen is printed and that is all. */
void pager_start(void);

/* Whether what is printed is shown by a pager on a terminal. */
bool pager_is_active(void);

/* Until the person has left the pager; standard output must be closed before. */
void pager_wait(void);

#endif
