/* SPDX-License-Identifier: Apache-2.0 */
/* One thread that accepts QEMU's connection and reads the console to its end. */
#include "guest/console/console.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"
#include "guest/console/frame.h"
#include "guest/console/redact.h"
#include "guest/watch/watch.h"

#define INBOX_LIMIT (256 << 10)

struct console {
    char *socket_path, *file_path;
    int listener, file, stop; /* stop: an eventfd */
    int peer; /* connection of QEMU; < 0: not connected yet. Protected by the watch's lock, as is
                 inbox */
    bool listening;
    struct buffer inbox;
    struct frame_filter filter;
    struct redact redact;
    pthread_t thread;
    bool running;
    struct watch *watch;
    struct console_scan scan; /* used only by the thread, like the members below */
    uint64_t written;
    bool failed; /* the file is not writable any more */
    char *tail;  /* ring buffer of the last bytes beyond the limit */
    uint64_t beyond;
    unsigned late; /* number of reads since it was told to end */
    bool ended;    /* protected by the watch's lock, as is truncated */
    bool truncated;
};

static int bind_socket(struct console *console, struct error **err)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    if (strlen(console->socket_path) >= sizeof(address.sun_path))
        return error_set(err, -ENAMETOOLONG,
                         "console socket '%s' is longer than the %zu bytes a UNIX socket may have: "
                         "set XDG_RUNTIME_DIR to a shorter folder",
                         console->socket_path, sizeof(address.sun_path) - 1);
    memcpy(address.sun_path, console->socket_path, strlen(console->socket_path) + 1);
    unlink(console->socket_path);
    console->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (console->listener < 0 ||
        bind(console->listener, (const struct sockaddr *)&address, sizeof(address)) < 0 ||
        listen(console->listener, 1) < 0)
        return error_set_errno(err, -errno, "cannot listen on console socket '%s'",
                               console->socket_path);
    return 0;
}

static bool put(struct console *console, const char *data, size_t length)
{
    while (length > 0 && !console->failed) {
        ssize_t done = write(console->file, data, length);

        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0) {
            watch_note_host(console->watch, "console file '%s' cannot be written: %s",
                            console->file_path, english_error(errno));
            console->failed = true;
            break;
        }
        data += done;
        length -= (size_t)done;
    }
    return !console->failed;
}

/* The beginning is written to the file, the rest to the ring buffer. */
static void keep(struct console *console, const char *data, size_t length)
{
    size_t room = CONSOLE_LIMIT - console->written, head = length < room ? length : room;

    if (put(console, data, head))
        console->written += head;
    if (head == length)
        return;
    if (console->tail == NULL) {
        console->tail = text_calloc(1, CONSOLE_TAIL);
        watch_lock(console->watch);
        console->truncated = true;
        watch_unlock_changed(console->watch);
    }
    for (size_t i = head; i < length; i++)
        console->tail[console->beyond++ % CONSOLE_TAIL] = data[i];
}

static void write_tail(struct console *console)
{
    size_t at = console->beyond % CONSOLE_TAIL;

    if (console->tail == NULL)
        return;
    if (console->beyond <= CONSOLE_TAIL) {
        put(console, console->tail, console->beyond);
        return;
    }
    put(console, "\n[... cut by the harness ...]\n", 30);
    put(console, console->tail + at, CONSOLE_TAIL - at);
    put(console, console->tail, at);
}

static void note_marks(struct console *console)
{
    struct console_trouble before[CONSOLE_TROUBLES], now[CONSOLE_TROUBLES];
    struct console_marks marks;

    watch_lock(console->watch);
    marks = console->watch->facts.console;
    console->watch->facts.console = console->scan.marks;
    watch_unlock_changed(console->watch);
    console_troubles(&marks, before);
    console_troubles(&console->scan.marks, now);
    for (size_t i = 0; i < CONSOLE_TROUBLES; i++)
        if (now[i].seen && !before[i].seen && console->watch->on_trouble != NULL)
            console->watch->on_trouble(now[i].line);
}

/* Waits until fd is readable; returns false if the console is to end. */
static bool wait_readable(struct console *console, int fd)
{
    struct pollfd ready[2] = {{.fd = fd, .events = POLLIN},
                              {.fd = console->stop, .events = POLLIN}};

    while (poll(ready, 2, -1) < 0)
        if (errno != EINTR) {
            watch_note_host(console->watch, "cannot poll the guest's console: %s",
                            english_error(errno));
            return false;
        }
    /* When told to end, it reads available data first, but a guest that floods the console cannot
     * delay it. */
    return ready[0].revents != 0 && (ready[1].revents == 0 || console->late++ < 64);
}

/* Buffers output for console_take; excess data is dropped from the beginning. */
static void put_in_inbox(struct console *console, const char *data, size_t length)
{
    struct buffer *inbox = &console->inbox;

    if (inbox->length + length > INBOX_LIMIT) {
        size_t drop = inbox->length + length - INBOX_LIMIT;

        drop = drop < inbox->length ? drop : inbox->length;
        memmove(inbox->data, inbox->data + drop, inbox->length - drop);
        inbox->length -= drop;
    }
    buffer_add(inbox, data, length);
}

static void take_chunk(struct console *console, const char *data, size_t length)
{
    struct buffer clear = {0}, shown = {0};

    watch_lock(console->watch);
    if (console->listening)
        put_in_inbox(console, data, length);
    frame_filter_feed(&console->filter, data, length, &clear);
    redact_feed(&console->redact, clear.data, clear.length, &shown);
    watch_unlock_changed(console->watch);
    if (shown.length > 0)
        keep(console, shown.data, shown.length);
    if (clear.length > 0 && console_scan_feed(&console->scan, clear.data, clear.length))
        note_marks(console);
    buffer_done(&clear);
    buffer_done(&shown);
}

/* A guest whose console is not read blocks when it prints. QEMU resets the connection when it
 * exits. */
static void note_unread(struct console *console)
{
    if (errno != ECONNRESET)
        watch_note_host(console->watch, "the guest's console cannot be read: %s",
                        english_error(errno));
}

static void read_all(struct console *console)
{
    int peer;
    char chunk[65536];

    if (!wait_readable(console, console->listener))
        return;
    peer = accept4(console->listener, NULL, NULL, SOCK_CLOEXEC);
    if (peer < 0)
        note_unread(console);
    watch_lock(console->watch);
    console->peer = peer;
    watch_unlock_changed(console->watch);
    while (peer >= 0 && wait_readable(console, peer)) {
        ssize_t got = read(peer, chunk, sizeof(chunk));

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            note_unread(console);
        if (got <= 0)
            break;
        take_chunk(console, chunk, (size_t)got);
    }
}

/* Writes what was held back as a possible frame or secret. */
static void keep_rest(struct console *console)
{
    struct buffer rest = {0};

    redact_feed(&console->redact, console->filter.held, console->filter.length, &rest);
    redact_end(&console->redact, &rest);
    if (rest.length > 0)
        keep(console, rest.data, rest.length);
    buffer_done(&rest);
}

static void *run(void *closure)
{
    struct console *console = closure;

    read_all(console);
    keep_rest(console);
    write_tail(console);
    watch_lock(console->watch);
    console->ended = true;
    watch_unlock_changed(console->watch);
    return NULL;
}

int console_open(const char *socket_path, const char *file_path, struct watch *watch,
                 struct console **ret_console, struct error **err)
{
    struct console *console = text_calloc(1, sizeof(*console));
    int code;

    *console = (struct console){
        .socket_path = text_dup(socket_path),
        .file_path = text_dup(file_path),
        .listener = -1,
        .peer = -1,
        .watch = watch,
        .file = open(file_path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644),
        .stop = eventfd(0, EFD_CLOEXEC),
    };
    if (console->file < 0 || console->stop < 0)
        code = error_set_errno(err, -errno, "cannot write console file '%s'", file_path);
    else
        code = bind_socket(console, err);
    if (code == 0) {
        code = -pthread_create(&console->thread, NULL, run, console);
        if (code < 0)
            error_set_errno(err, code, "cannot start the console's thread");
        console->running = code == 0;
    }
    if (code < 0) {
        console_free(console);
        return code;
    }
    *ret_console = console;
    return 0;
}

void console_listen(struct console *console)
{
    watch_lock(console->watch);
    console->listening = true;
    watch_unlock_changed(console->watch);
}

static struct timespec moment(int64_t at_ms)
{
    return (struct timespec){.tv_sec = at_ms / 1000, .tv_nsec = at_ms % 1000 * 1000000};
}

int console_send(struct console *console, const char *data, size_t length, int64_t deadline_ms,
                 struct error **err)
{
    struct timespec until = moment(deadline_ms);
    struct pollfd ready = {.events = POLLOUT};

    pthread_mutex_lock(&console->watch->lock);
    while (console->peer < 0 && !console->ended &&
           pthread_cond_timedwait(&console->watch->changed, &console->watch->lock, &until) == 0)
        continue;
    ready.fd = console->ended ? -1 : console->peer;
    pthread_mutex_unlock(&console->watch->lock);
    while (ready.fd >= 0 && length > 0) {
        ssize_t put = send(ready.fd, data, length, MSG_DONTWAIT | MSG_NOSIGNAL);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0 && errno == EAGAIN && clock_remaining_ms(deadline_ms) > 0) {
            poll(&ready, 1, (int)clock_remaining_ms(deadline_ms));
            continue;
        }
        if (put < 0 && errno == EAGAIN)
            return error_set(err, -ETIMEDOUT, "the guest does not read its console input");
        if (put < 0)
            return error_set_errno(err, -EPIPE, "cannot write to the guest's console");
        data += put;
        length -= (size_t)put;
    }
    return ready.fd >= 0 ? 0 : error_set(err, -EPIPE, "the guest's console is not connected");
}

bool console_take(struct console *console, struct buffer *into, int64_t deadline_ms)
{
    struct timespec until = moment(deadline_ms);
    bool got;

    pthread_mutex_lock(&console->watch->lock);
    while (console->inbox.length == 0 && !console->ended &&
           pthread_cond_timedwait(&console->watch->changed, &console->watch->lock, &until) == 0)
        continue;
    got = console->inbox.length > 0;
    if (got)
        buffer_add(into, console->inbox.data, console->inbox.length);
    console->inbox.length = 0;
    pthread_mutex_unlock(&console->watch->lock);
    return got;
}

void console_hide(struct console *console, const char *nonce, const char *secret)
{
    watch_lock(console->watch);
    if (nonce != NULL)
        snprintf(console->filter.nonce, sizeof(console->filter.nonce), "%s", nonce);
    if (secret != NULL)
        redact_add(&console->redact, secret);
    watch_unlock_changed(console->watch);
}

void console_drain(struct console *console, int64_t deadline_ms)
{
    struct timespec until = {.tv_sec = deadline_ms / 1000, .tv_nsec = deadline_ms % 1000 * 1000000};

    pthread_mutex_lock(&console->watch->lock);
    while (!console->ended &&
           pthread_cond_timedwait(&console->watch->changed, &console->watch->lock, &until) == 0)
        continue;
    pthread_mutex_unlock(&console->watch->lock);
}

bool console_ended(struct console *console)
{
    bool ended;

    pthread_mutex_lock(&console->watch->lock);
    ended = console->ended;
    pthread_mutex_unlock(&console->watch->lock);
    return ended;
}

bool console_truncated(struct console *console)
{
    bool truncated;

    pthread_mutex_lock(&console->watch->lock);
    truncated = console->truncated;
    pthread_mutex_unlock(&console->watch->lock);
    return truncated;
}

void console_free(struct console *console)
{
    uint64_t one = 1;

    if (console == NULL)
        return;
    if (console->running) {
        while (write(console->stop, &one, sizeof(one)) < 0 && errno == EINTR)
            continue;
        pthread_join(console->thread, NULL);
    }
    cleanup_close(&console->peer);
    cleanup_close(&console->listener);
    cleanup_close(&console->file);
    cleanup_close(&console->stop);
    if (console->listener >= 0)
        unlink(console->socket_path);
    redact_done(&console->redact);
    buffer_done(&console->inbox);
    free(console->tail);
    free(console->socket_path);
    free(console->file_path);
    free(console);
}
