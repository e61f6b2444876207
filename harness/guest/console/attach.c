/* SPDX-License-Identifier: Apache-2.0 */
/* Connects two streams to a console, between two marks. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "guest/console/console.h"

#define STEP_MS 20         /* longest delay of a key */
#define LAST_WORDS_MS 5000 /* from the end of `in` until the guest's mark */
#define SEND_LIMIT_MS 5000
#define READY_LIMIT_MS 10000 /* for the first mark; after that, keys are typed in any case */

static void put(int out, const char *data, size_t length)
{
    while (length > 0) {
        ssize_t done = write(out, data, length);

        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return;
        data += done;
        length -= (size_t)done;
    }
}

/* Number of last bytes that may be the beginning of the mark. */
static size_t held_back(const struct buffer *data, const char *mark)
{
    size_t most = strlen(mark) - 1;

    for (size_t n = most < data->length ? most : data->length; n > 0; n--)
        if (memcmp(data->data + data->length - n, mark, n) == 0)
            return n;
    return 0;
}

static void drop(struct buffer *data, size_t length)
{
    data->length -= length;
    memmove(data->data, data->data + length, data->length);
}

/* Prints what precedes the mark and removes both; returns true if the mark was found. */
static bool show(struct buffer *data, int out, const char *mark)
{
    const char *found = memmem(data->data, data->length, mark, strlen(mark));
    size_t length =
        found != NULL ? (size_t)(found - data->data) : data->length - held_back(data, mark);

    put(out, data->data, length);
    drop(data, length + (found != NULL ? strlen(mark) : 0));
    return found != NULL;
}

enum typed { TYPED, TYPED_ESCAPE, TYPED_END };

static int type_in(struct console *console, int in, enum typed *ret_typed, struct error **err)
{
    struct pollfd ready = {.fd = in, .events = POLLIN};
    char keys[1024];
    const char *escape;
    ssize_t got;

    *ret_typed = TYPED;
    if (poll(&ready, 1, 0) <= 0)
        return 0;
    got = read(in, keys, sizeof(keys));
    if (got <= 0) {
        *ret_typed = TYPED_END;
        return console_send(console, "\004", 1, clock_now_ms() + SEND_LIMIT_MS, err);
    }
    escape = memchr(keys, CONSOLE_ESCAPE, (size_t)got);
    if (escape != NULL) {
        *ret_typed = TYPED_ESCAPE;
        return 0;
    }
    return console_send(console, keys, (size_t)got, clock_now_ms() + SEND_LIMIT_MS, err);
}

int console_attach(struct console *console, int in, int out, const char *mark, struct error **err)
{
    struct buffer data = {0};
    enum typed typed = TYPED;
    int64_t until = INT64_MAX, ready = clock_now_ms() + READY_LIMIT_MS;
    unsigned marks = 0;
    int code = 0;

    while (code == 0 && marks < 2 && typed != TYPED_ESCAPE && clock_now_ms() < until) {
        bool more = console_take(console, &data, clock_now_ms() + STEP_MS);

        while (more && marks < 2 && show(&data, out, mark))
            marks++;
        if (marks < 2 && console_ended(console))
            code = error_set(err, -EPIPE, "the guest ended, and its console with it");
        else if ((marks == 1 || clock_now_ms() >= ready) && typed != TYPED_END)
            code = type_in(console, in, &typed, err);
        if (typed == TYPED_END && until == INT64_MAX)
            until = clock_now_ms() + LAST_WORDS_MS;
    }
    if (marks < 2)
        put(out, data.data, data.length);
    buffer_done(&data);
    return code;
}
