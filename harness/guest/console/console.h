/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Captures the console. QEMU connects to a socket of ours; a thread writes the output to a file, up
 * to a limit, and scans it for kernel messages; the harness may also type into the console. Beyond
 * the limit, output is read and discarded, so a guest can neither fill the disk nor block on its
 * console.
 */
#ifndef TS_GUEST_CONSOLE_CONSOLE_H
#define TS_GUEST_CONSOLE_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buffer;
struct console;
struct error;
struct watch;

/* bytes written to the file; the last CONSOLE_TAIL bytes are stored in addition */
#define CONSOLE_LIMIT (16 << 20)
#define CONSOLE_TAIL (64 << 10) /* last bytes, appended if the output was truncated */

/* Listens on socket_path and writes to file_path, which is replaced. Marks found are added to the
 * watch's facts. */
int console_open(const char *socket_path, const char *file_path, struct watch *watch,
                 struct console **ret_console, struct error **err);

/* Reading and typing. From console_listen on, output of the guest (the last 256 KiB) is buffered
 * for console_take. Typing: -ETIMEDOUT when the guest accepts no input, -EPIPE when it has
 * ended. */
void console_listen(struct console *console);
int console_send(struct console *console, const char *data, size_t length, int64_t deadline_ms,
                 struct error **err);
/* Waits for output and appends it; false if there was none by the deadline or the console ended. */
bool console_take(struct console *console, struct buffer *into, int64_t deadline_ms);

/* True if there will be no more output. */
bool console_ended(struct console *console);

/*
 * Connects a user to the console, after console_listen. Output of the guest goes to `out`; once it
 * has printed the mark (or after ten seconds), input from `in` is typed. Returns when the guest
 * prints the mark again, when CONSOLE_ESCAPE is typed, or with -EPIPE when the guest ends. Marks
 * are not shown. At the end of `in`, Ctrl-D is typed and the guest has five seconds for its last
 * output.
 */
#define CONSOLE_ESCAPE 0x1d /* Ctrl-] */
int console_attach(struct console *console, int in, int out, const char *mark, struct error **err);

/* Excludes frames with this nonce from the file, and replaces a secret that the guest echoes by
 * asterisks. Both are copied; NULL: no change. */
void console_hide(struct console *console, const char *nonce, const char *secret);

/* Waits until QEMU has closed its end, so that no output is missed, or until the deadline. */
void console_drain(struct console *console, int64_t deadline_ms);

bool console_truncated(struct console *console);

/* Ends the thread and removes the socket; the file stays. */
void console_free(struct console *console);

#endif
