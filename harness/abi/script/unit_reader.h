/* SPDX-License-Identifier: Apache-2.0 */
/* Parses unit files line by line: systemd.syntax(7). Internal to abi/script; callers use unit.h. */
#ifndef TS_ABI_SCRIPT_UNIT_READER_H
#define TS_ABI_SCRIPT_UNIT_READER_H

#include <stdbool.h>

#include "base/cleanup.h"

/* Initialise with .at = text, .next = 1. */
struct unit_reader {
    const char *at;
    unsigned next; /* line number of the next line */
    unsigned line; /* line number of the assignment */
    char *section, *name, *value;
};

/* Reads the next "NAME=VALUE"; false at the end. */
bool unit_reader_next(struct unit_reader *reader);

/* True for a value that systemd reads as true. */
bool unit_reader_is_true(const struct unit_reader *reader);
void unit_reader_done(struct unit_reader *reader);
#define _cleanup_unit_reader_ _cleanup_(unit_reader_done)

#endif
