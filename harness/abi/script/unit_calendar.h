/* SPDX-License-Identifier: Apache-2.0 */
/* Calendar expressions of timers: systemd.time(7). */
#ifndef TS_ABI_SCRIPT_UNIT_CALENDAR_H
#define TS_ABI_SCRIPT_UNIT_CALENDAR_H

#include <stdbool.h>

/* True if some release of systemd can parse it. What may be the name of a time zone is taken for
 * one. */
bool unit_calendar_is_valid(const char *text);

#endif
