/* SPDX-License-Identifier: Apache-2.0 */
/* Encodes and decodes frames. */
#include "guest/console/frame.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define PARTS_MAX (FRAME_ANSWER_MAX / 512)

static uint32_t checksum(const char *data, size_t length)
{
    return (uint32_t)crc32_z(0, (const unsigned char *)data, length);
}

/* Parses a decimal number terminated by `end` and advances *at beyond it. */
static bool take_number(const char **at, const char *stop, char end, unsigned long *ret_number)
{
    unsigned long number = 0;
    const char *from = *at;

    for (; *at < stop && **at >= '0' && **at <= '9' && *at - from < 9; (*at)++)
        number = number * 10 + (unsigned long)(**at - '0');
    if (*at == from || *at == stop || **at != end)
        return false;
    (*at)++;
    *ret_number = number;
    return true;
}

/* The last position at which a frame with this nonce begins. */
static const char *find_start(const char *line, size_t length, const char *nonce)
{
    size_t size = strlen(nonce);
    const char *found = NULL;

    for (size_t i = 0; i + size + 5 < length; i++)
        if (memcmp(line + i, "TS", 2) == 0 && (line[i + 2] == 'A' || line[i + 2] == 'R') &&
            line[i + 3] == ' ' && memcmp(line + i + 4, nonce, size) == 0 &&
            line[i + 4 + size] == ' ')
            found = line + i;
    return found;
}

bool frame_parse(const char *line, size_t length, const char *nonce, struct frame *ret_frame)
{
    const char *start = find_start(line, length, nonce), *stop = line + length, *at, *last;
    struct frame frame;
    char hex[9], *end;

    if (start == NULL || nonce[0] == '\0')
        return false;
    while (stop > start && (stop[-1] == '\r' || stop[-1] == '\n'))
        stop--;
    if (stop - start < 10)
        return false;
    last = stop - 9;
    memcpy(hex, last + 1, 8);
    hex[8] = '\0';
    if (*last != ' ' || strspn(hex, "0123456789abcdef") != 8 ||
        strtoul(hex, &end, 16) != checksum(start, (size_t)(last - start)))
        return false;
    at = start + 4 + strlen(nonce) + 1;
    frame.kind = start[2];
    if (!take_number(&at, last, ' ', &frame.sequence) ||
        !take_number(&at, last, '/', &frame.part) || !take_number(&at, last, ' ', &frame.parts))
        return false;
    frame.text = at;
    frame.length = (size_t)(last - at);
    *ret_frame = frame;
    return true;
}

unsigned long frame_count(size_t length)
{
    return length == 0 ? 1 : (length + FRAME_PART_BYTES - 1) / FRAME_PART_BYTES;
}

void frame_write(struct buffer *into, const char *nonce, unsigned long sequence,
                 const char *request, size_t length, unsigned long part)
{
    struct buffer line = {0};
    size_t at = part * FRAME_PART_BYTES, left = length - at;
    size_t size = left < FRAME_PART_BYTES ? left : FRAME_PART_BYTES;
    char text[FRAME_PART_BYTES / 3 * 4 + 5];

    EVP_EncodeBlock((unsigned char *)text, (const unsigned char *)request + at, (int)size);
    buffer_format(&line, "TSQ %s %lu %lu/%lu %s", nonce, sequence, part, frame_count(length), text);
    buffer_format(&line, " %08x\n", checksum(line.data, line.length));
    buffer_add(into, line.data, line.length);
    buffer_done(&line);
}

void frame_answer_begin(struct frame_answer *answer, unsigned long sequence)
{
    frame_answer_done(answer);
    answer->sequence = sequence;
}

bool frame_answer_add(struct frame_answer *answer, const struct frame *frame)
{
    unsigned char bytes[FRAME_LINE_MAX];
    int got, padding = 0;

    if (frame->kind != 'R' || frame->sequence != answer->sequence || frame->parts == 0 ||
        frame->parts > PARTS_MAX || frame->part >= frame->parts || frame->length == 0 ||
        frame->length % 4 != 0 || frame->length > FRAME_LINE_MAX ||
        (answer->parts != 0 && frame->parts != answer->parts))
        return answer->parts != 0 && answer->have == answer->parts;
    if (answer->parts == 0) {
        answer->parts = frame->parts;
        answer->rows = text_calloc(frame->parts, sizeof(*answer->rows));
    }
    got = EVP_DecodeBlock(bytes, (const unsigned char *)frame->text, (int)frame->length);
    while (padding < 2 && frame->text[frame->length - 1 - (size_t)padding] == '=')
        padding++;
    if (got > padding && answer->rows[frame->part].length == 0) {
        buffer_add(&answer->rows[frame->part], bytes, (size_t)(got - padding));
        answer->have++;
    }
    return answer->have == answer->parts;
}

char *frame_answer_text(const struct frame_answer *answer, size_t *ret_length)
{
    struct buffer all = {0};

    for (unsigned long i = 0; i < answer->parts; i++)
        buffer_add(&all, answer->rows[i].data, answer->rows[i].length);
    *ret_length = all.length;
    return buffer_steal(&all);
}

void frame_answer_done(struct frame_answer *answer)
{
    for (unsigned long i = 0; i < answer->parts; i++)
        buffer_done(&answer->rows[i]);
    free(answer->rows);
    *answer = (struct frame_answer){0};
}

/* True if a line that begins like this may still be a frame. */
static bool may_be_frame(const struct frame_filter *filter)
{
    char start[FRAME_NONCE_MAX + 8];
    int size = snprintf(start, sizeof(start), "TS? %s ", filter->nonce);

    for (size_t i = 0; i < filter->length && i < (size_t)size; i++)
        if (i != 2 && filter->held[i] != start[i])
            return false;
    return filter->length + 1 < sizeof(filter->held);
}

void frame_filter_feed(struct frame_filter *filter, const char *data, size_t length,
                       struct buffer *out)
{
    for (size_t i = 0; i < length; i++) {
        bool end = data[i] == '\n';

        if (filter->passing || filter->nonce[0] == '\0') {
            buffer_add(out, data + i, 1);
            filter->passing = !end;
            continue;
        }
        filter->held[filter->length++] = data[i];
        if (end) {
            struct frame frame;

            if (!frame_parse(filter->held, filter->length, filter->nonce, &frame))
                buffer_add(out, filter->held, filter->length);
            filter->length = 0;
        } else if (!may_be_frame(filter)) {
            buffer_add(out, filter->held, filter->length);
            filter->length = 0;
            filter->passing = true;
        }
    }
}
