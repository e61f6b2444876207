/* SPDX-License-Identifier: Apache-2.0 */
/* Time. Deadlines and durations are milliseconds on the monotonic clock, so changes of the wall
 * clock do not affect them; the wall clock is only recorded. */
#ifndef TS_BASE_CLOCK_H
#define TS_BASE_CLOCK_H

#include <stdint.h>

#define CLOCK_DAY_MS ((int64_t)24 * 60 * 60 * 1000)
#define CLOCK_TEXT_SIZE sizeof("2026-01-01T00:00:00.000Z")

/* Milliseconds of CLOCK_MONOTONIC. */
int64_t clock_now_ms(void);

/* Milliseconds until a deadline on that clock, at least 0. */
int64_t clock_remaining_ms(int64_t deadline_ms);

/* Milliseconds since the Unix epoch. TOUCHSTONE_FIXED_CLOCK (in milliseconds) overrides it for
 * golden files. */
int64_t clock_wall_ms(void);

/* Formats UTC as 2026-01-01T00:00:00.000Z. */
void clock_format(int64_t wall_ms, char text[CLOCK_TEXT_SIZE]);

#endif
