/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The console's capture: QEMU connects to a socket of ours, a thread writes what comes to a file,
 * up to a bound, and reads it for the kernel's last words; the harness may type into it. Beyond the
 * bound it is still read, so a guest can neither fill the disk nor stall on its console.
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

#define CONSOLE_LIMIT (16 << 20) /* bytes kept; the kernel's own tail is kept beside them */
#define CONSOLE_TAIL (64 << 10)  /* last bytes, appended when the head was cut */

/* Listens on socket_path and writes to file_path (made anew). Marks go to the watch's facts. */
int console_open(const char *socket_path, const char *file_path, struct watch *watch,
                 struct console **ret_console, struct error **err);

/*
 * The other direction. What the guest prints is kept for console_take (the last 256 KiB) from
 * console_listen on; -ETIMEDOUT when the guest takes nothing, -EPIPE when it is gone.
 */
void console_listen(struct console *console);
int console_send(struct console *console, const char *data, size_t length, int64_t deadline_ms,
                 struct error **err);
/* Appends what came, waiting for it; false when nothing did by the deadline or the console ended.
 */
bool console_take(struct console *console, struct buffer *into, int64_t deadline_ms);

/* No more will come. */
bool console_ended(struct console *console);

/*
 * A person at the console, after console_listen: what the guest prints goes to out, and once it has
 * printed the mark (or ten seconds later), what comes from in is typed. Until it prints the mark
 * again, CONSOLE_ESCAPE is typed, or the guest ends (-EPIPE). Marks are not shown. At the end of in
 * Ctrl-D is typed, and the guest has five seconds for its last words.
 */
#define CONSOLE_ESCAPE 0x1d /* Ctrl-] */
int console_attach(struct console *console, int in, int out, const char *mark, struct error **err);

/* The file leaves out frames under this nonce, and shows a secret that the guest echoes as
 * asterisks. Both are copied; NULL: no change. */
void console_hide(struct console *console, const char *nonce, const char *secret);

/* Waits until QEMU has closed its end (so nothing is missed) or the deadline. */
void console_drain(struct console *console, int64_t deadline_ms);

bool console_truncated(struct console *console);

/* Ends the thread; the file stays, the socket goes. */
void console_free(struct console *console);

#endif
