/* SPDX-License-Identifier: Apache-2.0 */
/* Shows long output in a pager, like git. */
#ifndef TS_CLI_PAGER_H
#define TS_CLI_PAGER_H

#include <stdbool.h>

/* Sends standard output to $TOUCHSTONE_PAGER, else $PAGER, else less. Does nothing if standard
 * output is not a terminal, the pager is "" or "cat", or it cannot be started. LESS=FRX is set
 * unless the user has set LESS, so that text of one screen is printed without paging. */
void pager_start(void);

/* True if output goes to a pager on a terminal. */
bool pager_is_active(void);

/* Waits until the user quits the pager; standard output must be closed before. */
void pager_wait(void);

#endif
