/* SPDX-License-Identifier: Apache-2.0 */
/* Requests and answers embedded in other console output, as lines "TSk NONCE SEQUENCE PART/PARTS
 * BASE64 CRC" (inside/README.md); nonce and checksum distinguish them from the guest's own output.
 * No I/O. The input comes from the guest and is not trusted. */
#ifndef TS_GUEST_CONSOLE_FRAME_H
#define TS_GUEST_CONSOLE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

#define FRAME_LINE_MAX 4096
#define FRAME_NONCE_MAX 64 /* lower-case hexadecimal digits */
/* bytes of a request in one frame, such that the line fits a terminal's input buffer */
#define FRAME_PART_BYTES 1536
#define FRAME_ANSWER_MAX (12 << 20)

struct frame {
    char kind; /* A: part received; R: part of an answer */
    unsigned long sequence, part, parts;
    const char *text; /* base64, points into the line */
    size_t length;
};

/* Finds the frame in a line, which may have other text before it. Returns false if there is none
 * with this nonce or it is corrupt. */
bool frame_parse(const char *line, size_t length, const char *nonce, struct frame *ret_frame);

/* Number of frames for a request of this length. */
unsigned long frame_count(size_t length);

/* Appends one part of a request as a line. */
void frame_write(struct buffer *into, const char *nonce, unsigned long sequence,
                 const char *request, size_t length, unsigned long part);

/* Reassembles an answer from its parts, which may arrive in any order and repeatedly. */
struct frame_answer {
    unsigned long sequence, parts, have;
    struct buffer *rows; /* one for each part */
};
void frame_answer_begin(struct frame_answer *answer, unsigned long sequence);
/* Returns true once the answer is complete; parts of other answers are ignored. */
bool frame_answer_add(struct frame_answer *answer, const struct frame *frame);
char *frame_answer_text(const struct frame_answer *answer, size_t *ret_length); /* caller frees */
void frame_answer_done(struct frame_answer *answer);

/* Removes frames from console output that will be read by people: lines that contain a frame are
 * dropped, other text passes unchanged. The nonce may change between two calls. */
struct frame_filter {
    char nonce[FRAME_NONCE_MAX + 1]; /* "": all text passes */
    char held[FRAME_LINE_MAX];       /* a line that may still turn out to be a frame */
    size_t length;
    bool passing; /* the current line is not a frame and passes */
};
void frame_filter_feed(struct frame_filter *filter, const char *data, size_t length,
                       struct buffer *out);

#endif
