/* SPDX-License-Identifier: Apache-2.0 */
/* Progress events of a running worker: one JSON object a line, written to a descriptor that the
 * controller passes. They are for display only; results are transferred only in the bundle. */
#ifndef TS_JOB_EVENT_H
#define TS_JOB_EVENT_H

#include <stdbool.h>
#include <stddef.h>

enum event_kind {
    EVENT_PHASE,      /* text: "restore", "boot", "identity", "install" … */
    EVENT_CASE_START, /* text: case ID; number and total are set */
    EVENT_CASE_END,   /* text: case ID; status is set */
    EVENT_TROUBLE,    /* text: line of the guest's console that reports a problem */
    EVENT_KIND_COUNT
};

struct event {
    enum event_kind kind;
    char text[192];
    unsigned number, total; /* EVENT_CASE_START and EVENT_CASE_END only; number counts from 1 */
    char status[8];         /* EVENT_CASE_END only */
};

/* Sets the descriptor that events are written to; < 0: none. */
void event_set_fd(int fd);

void event_phase(const char *text);
void event_case_start(const char *id, unsigned number, unsigned total);
void event_case_end(const char *id, unsigned number, unsigned total, const char *status);

void event_trouble(const char *line); /* may be called from any thread */

/* Parses one line without its newline; returns false for invalid input. */
bool event_parse(const char *line, size_t length, struct event *ret_event);

#endif
