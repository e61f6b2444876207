/* SPDX-License-Identifier: Apache-2.0 */
/* Internal to reported/: CSV as Python's csv module writes it (RFC 4180). */
#ifndef TS_REPORTED_CSV_H
#define TS_REPORTED_CSV_H

#include "base/text.h"
#include "base/vec.h"

struct error;

struct csv {
    struct strv head;
    VEC(struct strv) rows; /* each with as many fields as the head */
};
void csv_done(struct csv *csv);

/* -EBADMSG: a table that is empty or cut short (an open quote, a row with fewer or more fields, no
 * end of the last line), or with a NUL. `what` is its name in messages. */
int csv_read(const char *text, size_t length, const char *what, struct csv *ret_csv,
             struct error **err);

/* Place of a column in the head; -1: there is none. */
int csv_column(const struct csv *csv, const char *name);

#endif
