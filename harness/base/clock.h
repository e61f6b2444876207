/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time. Deadlines and durations are monotonic milliseconds, so a clock that jumps changes neither;
 * the wall clock is only ever recorded.
 */
#ifndef TS_BASE_CLOCK_H
#define TS_BASE_CLOCK_H

#include <stdint.h>

#define CLOCK_TEXT_SIZE sizeof("2026-01-01T00:00:00.000Z")

/* Milliseconds of CLOCK_MONOTONIC. */
int64_t clock_now_ms(void);

/* Milliseconds left until a deadline on that clock; never below 0. */
int64_t clock_left_ms(int64_t deadline_ms);

/* Milliseconds since the Unix epoch. TOUCHSTONE_FIXED_CLOCK (the same unit) fixes it for golden
 * files. */
int64_t clock_wall_ms(void);

/* UTC as 2026-01-01T00:00:00.000Z. */
void clock_format(int64_t wall_ms, char text[CLOCK_TEXT_SIZE]);

#endif
