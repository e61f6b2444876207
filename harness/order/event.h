/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a worker tells while it runs: one JSON line an event, on a descriptor the controller gave
 * it. Events are for the person who watches; results travel only in the bundle.
 */
#ifndef TS_ORDER_EVENT_H
#define TS_ORDER_EVENT_H

#include <stdbool.h>
#include <stddef.h>

enum event_kind {
    EVENT_PHASE,      /* text: "restore", "boot", "identity", "install" … */
    EVENT_CASE_START, /* text: case id; number of total */
    EVENT_CASE_END,   /* text: case id; status */
    EVENT_TROUBLE,    /* text: what the guest's console said */
    EVENT_KIND_COUNT
};

struct event {
    enum event_kind kind;
    char text[192];
    unsigned number, total; /* EVENT_CASE_START, EVENT_CASE_END: from 1 */
    char status[8];         /* EVENT_CASE_END */
};

/* Events go to this descriptor from now on; < 0: nowhere. */
void event_set_fd(int fd);

void event_phase(const char *text);
void event_case_start(const char *id, unsigned number, unsigned total);
void event_case_end(const char *id, unsigned number, unsigned total, const char *status);

void event_trouble(const char *line); /* from any thread */

/* Parses one line (without its newline); false for what is not an event. */
bool event_parse(const char *line, size_t length, struct event *ret_event);

#endif
