/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the person sees while a run goes on, on stderr: on a terminal a block that is redrawn (each
 * running job, its current case, elapsed, what is left), elsewhere one plain line an event that
 * matters.
 */
#ifndef TS_RUN_PROGRESS_H
#define TS_RUN_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

struct event;
struct progress;

/* jobs: how many there are to do. live: redraw (a terminal); else plain lines. */
struct progress *progress_new(size_t jobs, bool live);

/* A job is named by its place in the order of jobs, from 0, and by the words a person knows it by.
 */
void progress_start(struct progress *progress, size_t job, const char *name);
void progress_event(struct progress *progress, size_t job, const struct event *event);
void progress_end(struct progress *progress, size_t job, const char *outcome);

/* A line that stays, above the block. */
void progress_note(struct progress *progress, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Redraws elapsed times; to be called about once a second. */
void progress_tick(struct progress *progress);

void progress_free(struct progress *progress); /* leaves the cursor below what stays */

#endif
