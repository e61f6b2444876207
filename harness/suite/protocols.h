/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the room: what one protocol offers to the table, and what they share. */
#ifndef TS_SUITE_PROTOCOLS_H
#define TS_SUITE_PROTOCOLS_H

#include "suite/protocol.h"

/* Each sets status, blame and reason, and adds points; how the case ended is looked at after it. */
void protocol_exit(const struct case_record *record, struct case_result *row);
void protocol_tap(const struct case_record *record, struct case_result *row);

/* Takes reason (may be NULL). */
void protocol_set(struct case_result *row, enum status status, enum blame blame, char *reason);

/* Guest text as a bounded, escaped line; caller frees. */
char *protocol_show(const char *text, size_t length);

/* The last line that is not blank, shown so; NULL when there is none. Caller frees. */
char *protocol_last_line(const struct buffer *text);

#endif
