/* SPDX-License-Identifier: Apache-2.0 */
/* Requests and answers as frames between other output on a terminal: each line is short, identified
 * by a nonce that only the host and this program know, and has a checksum; damaged lines are sent
 * again. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "inside/inside.h"
#include "inside/serve.h"

#define PART_BYTES 720 /* bytes of an answer in one frame */
#define NONCE_MAX 64

struct line {
    char text[SERVE_FRAME_MAX];
    size_t length;
};

struct console {
    int in, out;
    char nonce[NONCE_MAX + 1];
    unsigned long sequence; /* sequence number of the request being assembled, or answered last */
    unsigned long parts, have;
    char *request; /* as base64, in parts */
    size_t length;
    char *answer; /* answer to the last request */
};

static bool put(int fd, const char *data, size_t length)
{
    while (length > 0) {
        ssize_t done = write(fd, data, length);

        if (done < 0 && errno == EAGAIN) {
            struct pollfd ready = {.fd = fd, .events = POLLOUT};

            poll(&ready, 1, 1000);
            continue;
        }
        if (done <= 0 && errno != EINTR)
            return false;
        data += done > 0 ? done : 0;
        length -= done > 0 ? (size_t)done : 0;
    }
    return true;
}

/* "TSR NONCE SEQUENCE PART/PARTS BASE64 CRC": the checksum covers everything before it. */
static bool put_frame(const struct console *console, char kind, unsigned long part,
                      unsigned long parts, const char *text, size_t length)
{
    char frame[SERVE_FRAME_MAX];
    int head = snprintf(frame, sizeof(frame), "TS%c %s %lu %lu/%lu %.*s", kind, console->nonce,
                        console->sequence, part, parts, (int)length, text);
    int all = head + snprintf(frame + head, sizeof(frame) - (size_t)head, " %08x\n",
                              crc32(0, frame, (size_t)head));

    return put(console->out, frame, (size_t)all);
}

static bool put_answer(const struct console *console)
{
    size_t length = console->answer != NULL ? strlen(console->answer) : 0;
    unsigned long parts = (length + PART_BYTES - 1) / PART_BYTES;
    bool good = true;

    for (unsigned long part = 0; part < parts && good; part++) {
        size_t at = part * PART_BYTES, left = length - at;
        size_t size = left < PART_BYTES ? left : PART_BYTES;
        char *text = base64_encode(console->answer + at, size);

        good = text != NULL && put_frame(console, 'R', part, parts, text, strlen(text));
        free(text);
    }
    return good;
}

/* The request is complete. */
static bool answer(struct console *console)
{
    size_t length = 0;
    char *request = base64_decode(console->request, console->length, &length);

    free(console->answer);
    console->answer = NULL;
    if (request != NULL) {
        request[length] = '\0';
        console->answer = serve_answer(request);
    }
    free(request);
    console->length = 0;
    return put_answer(console);
}

static bool is_nonce(const char *text)
{
    size_t length = strspn(text, "0123456789abcdef");

    return length >= 8 && length <= NONCE_MAX && text[length] == '\0';
}

/* "TSQ …": a part of a request. A part that was received before is only acknowledged again. */
static bool take_part(struct console *console, unsigned long sequence, unsigned long part,
                      unsigned long parts, const char *text)
{
    size_t length = strlen(text);

    if (sequence == console->sequence && part + 1 == parts && console->have == parts)
        return put_answer(console);
    if (sequence != console->sequence) {
        console->sequence = sequence;
        console->have = 0;
        console->length = 0;
        console->parts = parts;
    }
    if (part < console->have)
        return put_frame(console, 'A', part, parts, "", 0);
    if (part > console->have || parts != console->parts ||
        console->length + length + 1 > SERVE_REQUEST_MAX)
        return true;
    memcpy(console->request + console->length, text, length + 1);
    console->length += length;
    console->have++;
    if (console->have == parts)
        return answer(console);
    return put_frame(console, 'A', part, parts, "", 0);
}

static bool take_line(struct console *console, char *line)
{
    char nonce[NONCE_MAX + 2], text[SERVE_FRAME_MAX] = "";
    unsigned long sequence, part, parts;
    unsigned crc;
    char *last = strrchr(line, ' ');

    /* A new host connection: after a restore, it is another process. */
    if (sscanf(line, "TSH %65s", nonce) == 1 && is_nonce(nonce)) {
        strcpy(console->nonce, nonce);
        console->sequence = 0;
        console->have = console->parts = 0;
        return put_frame(console, 'A', 0, 0, "", 0);
    }
    if (last == NULL || sscanf(last, " %8x", &crc) != 1 ||
        crc != crc32(0, line, (size_t)(last - line)))
        return true;
    *last = '\0';
    if (sscanf(line, "TSQ %65s %lu %lu/%lu %4000s", nonce, &sequence, &part, &parts, text) < 4 ||
        strcmp(nonce, console->nonce) != 0 || parts == 0 || part >= parts)
        return true;
    return take_part(console, sequence, part, parts, text);
}

static bool take(struct console *console, struct line *line, const char *data, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (data[i] != '\n' && data[i] != '\r') {
            if (line->length + 1 < sizeof(line->text))
                line->text[line->length++] = data[i];
            continue;
        }
        line->text[line->length] = '\0';
        line->length = 0;
        if (!take_line(console, line->text))
            return false;
    }
    return true;
}

int serve_console(int in, int out, const char *nonce)
{
    struct console console = {.in = in, .out = out, .request = malloc(SERVE_REQUEST_MAX)};
    struct line line = {.length = 0};
    struct termios terminal;
    char data[4096];

    if (!is_nonce(nonce) || console.request == NULL)
        return complain(EXIT_USAGE, "serve --console requires a nonce of lower-case hex digits");
    strcpy(console.nonce, nonce);
    if (tcgetattr(in, &terminal) == 0) {
        cfmakeraw(&terminal);
        tcsetattr(in, TCSADRAIN, &terminal);
    }
    put(out, "\r\n", 2);
    if (!put_frame(&console, 'A', 0, 0, "", 0))
        return EXIT_IO;
    for (;;) {
        ssize_t got;

        if (!serve_wait(in, 1000))
            continue;
        got = read(in, data, sizeof(data));
        if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN))
            return EXIT_IO;
        if (got > 0 && !take(&console, &line, data, (size_t)got))
            return EXIT_IO;
    }
}
