/* SPDX-License-Identifier: Apache-2.0 */
/* Internal to suite/: the interface of one protocol, and helpers they share. */
#ifndef TS_SUITE_PROTOCOLS_H
#define TS_SUITE_PROTOCOLS_H

#include "suite/protocol.h"

/* Each sets status, blame and reason, and adds points; the caller examines afterwards how the case
 * ended. */
void protocol_exit(const struct case_record *record, struct case_result *row);
void protocol_tap(const struct case_record *record, struct case_result *row);
void protocol_tap_documents(const struct case_record *record, struct case_result *row);
void protocol_junit(const struct case_record *record, struct case_result *row);
void protocol_ctest(const struct case_record *record, struct case_result *row);
void protocol_gtest(const struct case_record *record, struct case_result *row);
void protocol_gotest(const struct case_record *record, struct case_result *row);
void protocol_kselftest(const struct case_record *record, struct case_result *row);
void protocol_avocado(const struct case_record *record, struct case_result *row);
void protocol_phoronix(const struct case_record *record, struct case_result *row);

/* Takes ownership of reason (may be NULL). */
void protocol_set(struct case_result *row, enum status status, enum blame blame, char *reason);

/* Returns guest text as a size-limited, escaped line; caller frees. */
char *protocol_show(const char *text, size_t length);

/* The last line that is not blank, escaped in the same way; NULL if there is none. Caller frees. */
char *protocol_last_line(const struct buffer *text);

#endif
