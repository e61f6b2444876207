/* SPDX-License-Identifier: Apache-2.0 */
/* Files that a case left for the host, in one stream of its record: its report or its artifacts.
 * The format is described in inside/README.md. Names are those of the guest: bytes that never
 * choose a path on the host. */
#ifndef TS_SUITE_COLLECTED_H
#define TS_SUITE_COLLECTED_H

#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"

struct buffer;
struct error;

enum {
    COLLECTED_FILES = 2000, /* entries of one collection */
    COLLECTED_NAME = 2048,  /* bytes of a name */
};

struct collected_file {
    char *name;       /* relative to the folder; "": the path itself was the file, or several files
                         that were left out */
    const char *data; /* points into the stream */
    size_t size;
    uint64_t left_files, left_bytes; /* 0: the whole file is here; else how much is left out */
};
VEC_TYPE(collected, struct collected_file);

/* Parses a stream; an empty one has no files. -EBADMSG */
int collected_parse(const struct buffer *text, const char *what, struct collected *ret_files,
                    struct error **err);

/* Adds up what was left out. */
void collected_count_left(const struct collected *files, uint64_t *ret_files, uint64_t *ret_bytes);

void collected_done(struct collected *files);

#endif
