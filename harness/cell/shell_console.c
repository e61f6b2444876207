/* SPDX-License-Identifier: Apache-2.0 */
/* The getty is replaced by a shell, and the user's terminal is connected to it. */
#include "cell/shell_console.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <termios.h>
#include <unistd.h>

#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "cell/programs.h"

/* $1 rows, $2 columns, $3 TERM, $4 the mark printed before and after the shell. Uses the first
 * serial line that is a kernel console; opening it as session leader makes it the controlling
 * terminal. */
#define START                                                                                      \
    "for t in $(cat /sys/class/tty/console/active); do case $t in tty[A-Z]*|hvc*) break;; esac; "  \
    "t=; done; [ -n \"$t\" ] || exit 1; "                                                          \
    "systemctl stop \"serial-getty@$t\" 2> /dev/null; "                                            \
    "shell=$(command -v bash || command -v sh); export TERM=\"$3\"; "                              \
    "setsid sh -c 'exec < \"$1\" > \"$1\" 2>&1; stty sane rows \"$2\" cols \"$3\"; "               \
    "cd " PROGRAMS_BASE "; printf \"\\036%s\" \"$5\"; \"$4\" -i; printf \"\\036%s\" \"$5\"' "      \
    "sh \"/dev/$t\" \"$1\" \"$2\" \"$shell\" \"$4\" > /dev/null 2>&1 < /dev/null &"

struct terminal {
    struct termios settings;
};

struct terminal *terminal_keep(void)
{
    struct termios settings;
    struct terminal *terminal;

    if (!isatty(STDIN_FILENO) || tcgetattr(STDIN_FILENO, &settings) < 0)
        return NULL;
    terminal = text_calloc(1, sizeof(*terminal));
    terminal->settings = settings;
    return terminal;
}

void terminal_restore(struct terminal *terminal)
{
    if (terminal != NULL)
        tcsetattr(STDIN_FILENO, TCSADRAIN, &terminal->settings);
    free(terminal);
}

static void make_raw(const struct terminal *terminal)
{
    struct termios raw;

    if (terminal == NULL)
        return;
    raw = terminal->settings;
    cfmakeraw(&raw);
    tcsetattr(STDIN_FILENO, TCSANOW, &raw);
}

/* A value that a shell accepts as one word, or "dumb". */
static const char *terminal_name(void)
{
    const char *name = getenv("TERM");

    return name != NULL && *name != '\0' &&
                   name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "0123456789-+.")] == '\0'
               ? name
               : "dumb";
}

int shell_console(struct session *session, const char *const *env, struct error **err)
{
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    unsigned char random[8];
    char rows[8], columns[8], name[2 * sizeof(random) + 1], mark[sizeof(name) + 1];
    const char *argv[] = {"/bin/sh", "-c", START, "sh", rows, columns, terminal_name(), name, NULL};
    const struct guest_command start = {.argv = argv, .env = env, .output_limit = 4096};
    struct terminal *terminal = terminal_keep();
    int code;

    if (getrandom(random, sizeof(random), 0) != sizeof(random))
        abort();
    for (size_t i = 0; i < sizeof(random); i++)
        snprintf(name + 2 * i, 3, "%02x", random[i]);
    snprintf(mark, sizeof(mark), "\036%s", name);
    if (ioctl(STDIN_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_row == 0 || size.ws_col == 0)
        size = (struct winsize){.ws_row = 24, .ws_col = 80};
    snprintf(rows, sizeof(rows), "%u", size.ws_row);
    snprintf(columns, sizeof(columns), "%u", size.ws_col);
    if (terminal != NULL)
        log_info("root's shell on the guest's console; 'exit' or Ctrl-] ends it, and no change is "
                 "saved");
    make_raw(terminal);
    code = guest_attach_console(session->guest, &start, STDIN_FILENO, STDOUT_FILENO, mark, err);
    terminal_restore(terminal);
    return code;
}
