/* SPDX-License-Identifier: Apache-2.0 */
/* Monotonic deadlines and recorded wall time. */
#include "base/clock.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int64_t read_ms(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_now_ms(void)
{
    return read_ms(CLOCK_MONOTONIC);
}

int64_t clock_remaining_ms(int64_t deadline_ms)
{
    int64_t left = deadline_ms - clock_now_ms();

    return left > 0 ? left : 0;
}

int64_t clock_wall_ms(void)
{
    const char *fixed = getenv("TOUCHSTONE_FIXED_CLOCK");

    return fixed != NULL && *fixed != '\0' ? strtoll(fixed, NULL, 10) : read_ms(CLOCK_REALTIME);
}

void clock_format(int64_t wall_ms, char text[CLOCK_TEXT_SIZE])
{
    time_t seconds = wall_ms / 1000;
    char whole[sizeof("2026-01-01T00:00:00")];
    struct tm parts;

    if (gmtime_r(&seconds, &parts) == NULL || parts.tm_year < 0 || parts.tm_year > 8099 ||
        strftime(whole, sizeof(whole), "%Y-%m-%dT%H:%M:%S", &parts) == 0)
        strcpy(whole, "0000-00-00T00:00:00");
    snprintf(text, CLOCK_TEXT_SIZE, "%s.%03uZ", whole, (unsigned)(wall_ms % 1000) % 1000);
}
