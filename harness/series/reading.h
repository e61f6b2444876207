/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a series, line by line. */
#ifndef TS_SERIES_READING_H
#define TS_SERIES_READING_H

#include "series/series.h"

struct reading {
    struct series *series;
    const char *text; /* the line that is read, up to the end of the data */
    size_t left;
    bool in_round;
    uint64_t planned; /* samples of all rounds */
};

/* Takes a line without its checksum, which is cut into fields. -EBADMSG: no
 * sampler writes it. */
int series_take_line(struct reading *in, char *line, struct error **err);

/* Cuts the next field off; NULL: there is none. */
char *series_next_field(char **rest);

/* The same for a printable field of at least one byte that fits, with its end.
 */
bool series_take_name(char **rest, char *ret_name, size_t size);

#endif
