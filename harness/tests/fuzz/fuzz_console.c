/* SPDX-License-Identifier: Apache-2.0 */
/* Console output of a guest, through everything that reads it: the login, the frames and their
 * filter, the patterns. A byte 1 stands for a moment of silence. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "fuzz.h"
#include "guest/console/frame.h"
#include "guest/console/login.h"
#include "guest/console/redact.h"
#include "guest/watch/scan.h"

#define NONCE "0123456789abcdef"

static void read_frames(const char *data, size_t size)
{
    struct frame_filter filter = {.nonce = NONCE};
    _cleanup_(frame_answer_done) struct frame_answer answer = {0};
    _cleanup_buffer_ struct buffer out = {0};

    frame_answer_begin(&answer, 1);
    for (size_t at = 0; at < size;) {
        const char *end = memchr(data + at, '\n', size - at);
        size_t length = end != NULL ? (size_t)(end - data) - at + 1 : size - at;
        struct frame frame;

        if (length <= FRAME_LINE_MAX && frame_parse(data + at, length, NONCE, &frame) &&
            frame_answer_add(&answer, &frame)) {
            size_t whole;

            free(frame_answer_text(&answer, &whole));
        }
        frame_filter_feed(&filter, data + at, length, &out);
        at += length;
    }
    if (out.length > size)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    _cleanup_(redact_done) struct redact redact = {0};
    _cleanup_buffer_ struct buffer shown = {0};
    struct console_scan scan = {0};
    struct login login;

    login_init(&login, "root", "s3cr3t-s3cr3t", NONCE, "begin");
    for (size_t i = 0; i < size; i++)
        if (text[i] == 1)
            login_quiet(&login);
        else
            login_feed(&login, text + i, 1);
    login_done(&login);
    console_scan_feed(&scan, text, size);
    read_frames(text, size);
    redact_add(&redact, "s3cr3t-s3cr3t");
    redact_feed(&redact, text, size, &shown);
    redact_end(&redact, &shown);
    if (shown.length > 0 && memmem(shown.data, shown.length, "s3cr3t-s3cr3t", 13) != NULL)
        abort();
    return 0;
}
