/* SPDX-License-Identifier: Apache-2.0 */
/* Sends a request in parts and requests damaged or lost parts again. */
#include "guest/console/link.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/error.h"
#include "guest/console/console.h"
#include "guest/watch/watch.h"

#define GREET_FIRST_MS 300 /* the program may be just starting */
/* without a response, the last part is sent again after this time */
#define REPEAT_FIRST_MS 1500
#define REPEAT_LAST_MS 12000
#define DAMAGED_MS 200 /* silence after a damaged frame until it is sent again */

static void new_nonce(struct console_link *link)
{
    unsigned char bytes[12];

    if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes))
        abort();
    for (size_t i = 0; i < sizeof(bytes); i++)
        snprintf(link->nonce + 2 * i, 3, "%02x", bytes[i]);
    console_hide(link->console, link->nonce, NULL);
}

struct console_link *console_link_new(struct console *console, struct watch *watch)
{
    struct console_link *link = text_calloc(1, sizeof(*link));

    link->console = console;
    link->watch = watch;
    new_nonce(link);
    console_listen(console);
    return link;
}

void console_link_free(struct console_link *link)
{
    if (link == NULL)
        return;
    frame_answer_done(&link->answer);
    free(link);
}

/* What is awaited: the receipt of a part, or the whole answer. */
struct wanted {
    bool answer;
    unsigned long sequence, part;
    bool sign;    /* some of it has arrived */
    bool gap;     /* its last part arrived, but others did not */
    bool damaged; /* a frame damaged by kernel messages arrived since it was requested */
};

static bool take_line(struct console_link *link, struct wanted *wanted)
{
    struct frame frame;

    if (!frame_parse(link->line, link->length, link->nonce, &frame)) {
        wanted->damaged = wanted->damaged || memmem(link->line, link->length, link->nonce,
                                                    strlen(link->nonce)) != NULL;
        return false;
    }
    if (frame.sequence != wanted->sequence)
        return false;
    wanted->sign = true;
    if (!wanted->answer)
        return frame.kind == 'A' && frame.part == wanted->part;
    if (frame_answer_add(&link->answer, &frame))
        return true;
    wanted->gap = wanted->gap || frame.part + 1 == frame.parts;
    return false;
}

static bool take(struct console_link *link, const struct buffer *data, struct wanted *wanted)
{
    bool found = false;

    for (size_t i = 0; i < data->length; i++) {
        if (data->data[i] != '\n') {
            if (link->length < sizeof(link->line))
                link->line[link->length++] = data->data[i];
            continue;
        }
        found = take_line(link, wanted) || found;
        link->length = 0;
    }
    return found;
}

/* Waits for it: 0 when it has arrived; -EAGAIN when it is time to send again. */
static int wait_for(struct console_link *link, struct wanted *wanted, int64_t pause_ms,
                    int64_t deadline_ms, struct error **err)
{
    int64_t until = clock_now_ms() + pause_ms;

    for (;;) {
        _cleanup_buffer_ struct buffer data = {0};
        struct watch_facts facts;

        wanted->sign = wanted->gap = false;
        if (console_take(link->console, &data, until < deadline_ms ? until : deadline_ms) &&
            take(link, &data, wanted))
            return 0;
        facts = watch_facts_now(link->watch);
        if (watch_is_over(&facts))
            return error_set(err, -EPIPE, "the guest ended");
        if (clock_remaining_ms(deadline_ms) == 0)
            return error_set(err, -ETIMEDOUT,
                             "the guest's end of the console did not answer before the time limit");
        /* An answer that is still arriving is not requested again. */
        if (wanted->damaged && pause_ms > DAMAGED_MS)
            pause_ms = DAMAGED_MS;
        if (wanted->sign || clock_now_ms() + pause_ms < until)
            until = clock_now_ms() + pause_ms;
        if (clock_remaining_ms(until) == 0 || wanted->gap)
            return -EAGAIN;
    }
}

static int send_until(struct console_link *link, const char *text, size_t length,
                      struct wanted *wanted, int64_t pause, int64_t deadline_ms, struct error **err)
{
    int code;

    do {
        wanted->damaged = false;
        code = console_send(link->console, text, length, deadline_ms, err);
        if (code == 0)
            code = wait_for(link, wanted, pause, deadline_ms, err);
        if (!wanted->damaged)
            pause = pause * 2 < REPEAT_LAST_MS ? pause * 2 : REPEAT_LAST_MS;
    } while (code == -EAGAIN);
    return code;
}

int console_link_greet(struct console_link *link, int64_t deadline_ms, struct error **err)
{
    _cleanup_buffer_ struct buffer hello = {0};
    struct wanted wanted = {0};

    buffer_format(&hello, "\nTSH %s\n", link->nonce);
    link->sequence = 0;
    return send_until(link, hello.data, hello.length, &wanted, GREET_FIRST_MS, deadline_ms, err);
}

int console_link_call(struct console_link *link, const char *request, int64_t deadline_ms,
                      char **ret_answer, struct error **err)
{
    size_t length = strlen(request), answer_length;
    unsigned long parts = frame_count(length);
    int code = 0;

    link->sequence++;
    frame_answer_begin(&link->answer, link->sequence);
    for (unsigned long part = 0; part < parts && code == 0; part++) {
        _cleanup_buffer_ struct buffer line = {0};
        struct wanted wanted = {
            .answer = part + 1 == parts, .sequence = link->sequence, .part = part};

        frame_write(&line, link->nonce, link->sequence, request, length, part);
        code = send_until(link, line.data, line.length, &wanted, REPEAT_FIRST_MS, deadline_ms, err);
    }
    if (code == 0)
        *ret_answer = frame_answer_text(&link->answer, &answer_length);
    return code;
}
