/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests and answers between whatever else is on a console: lines "TSk NONCE SEQUENCE PART/PARTS
 * BASE64 CRC" (inside/README.md), told from a guest's own words by the nonce and the checksum. Pure
 * text; what comes out of a guest is hostile.
 */
#ifndef TS_GUEST_CONSOLE_FRAME_H
#define TS_GUEST_CONSOLE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

#define FRAME_LINE_MAX 4096
#define FRAME_NONCE_MAX 64    /* lower-case hex digits */
#define FRAME_PART_BYTES 1536 /* of a request in one frame: the line fits a terminal's buffer */
#define FRAME_ANSWER_MAX (12 << 20)

struct frame {
    char kind; /* A: part taken; R: part of an answer */
    unsigned long sequence, part, parts;
    const char *text; /* base64, borrowed from the line */
    size_t length;
};

/* The frame in a line, which may stand behind other text on it; false when there is none under this
 * nonce, or it is damaged. */
bool frame_parse(const char *line, size_t length, const char *nonce, struct frame *ret_frame);

/* How many parts a request of this length is sent in. */
unsigned long frame_count(size_t length);

/* Appends a part of a request as a line. */
void frame_write(struct buffer *into, const char *nonce, unsigned long sequence,
                 const char *request, size_t length, unsigned long part);

/* An answer that is put together from its parts, in whatever order and however often they come. */
struct frame_answer {
    unsigned long sequence, parts, have;
    struct buffer *rows; /* one a part */
};
void frame_answer_begin(struct frame_answer *answer, unsigned long sequence);
/* True once it is whole; parts of other answers are passed over. */
bool frame_answer_add(struct frame_answer *answer, const struct frame *frame);
char *frame_answer_text(const struct frame_answer *answer, size_t *ret_length); /* caller frees */
void frame_answer_done(struct frame_answer *answer);

/*
 * Keeps frames out of a console that somebody will read: lines that hold a frame are left out, all
 * else goes through at once. The nonce may change between two pieces.
 */
struct frame_filter {
    char nonce[FRAME_NONCE_MAX + 1]; /* "": everything goes through */
    char held[FRAME_LINE_MAX];       /* a line that may turn out to be a frame */
    size_t length;
    bool passing; /* the current line is none: it goes through */
};
void frame_filter_feed(struct frame_filter *filter, const char *data, size_t length,
                       struct buffer *out);

#endif
