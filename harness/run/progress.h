/* SPDX-License-Identifier: Apache-2.0 */
/* Progress of a run on stderr. On a terminal, a block that is redrawn (running jobs with their
 * current case and elapsed time, what is left); elsewhere, a line for each important event. */
#ifndef TS_RUN_PROGRESS_H
#define TS_RUN_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

struct event;
struct progress;

/* jobs: total number. live: redraw a block (terminal); else print lines. */
struct progress *progress_new(size_t jobs, bool live);

/* A job is identified by its index in the schedule, from 0, and displayed as `name`. */
void progress_start(struct progress *progress, size_t job, const char *name);
void progress_event(struct progress *progress, size_t job, const struct event *event);
void progress_end(struct progress *progress, size_t job, const char *outcome);

/* Prints a permanent line above the block. */
void progress_note(struct progress *progress, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Redraws elapsed times; call about once a second. */
void progress_tick(struct progress *progress);

void progress_free(
    struct progress *progress); /* moves the cursor below the last permanent output */

#endif
