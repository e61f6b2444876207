/* SPDX-License-Identifier: Apache-2.0 */
/* Cuts the console into bounded lines and looks each up in a short table. */
#include "guest/console_scan.h"

#include <string.h>

/* Messages of Linux (kernel/panic.c, kernel/reboot.c, drivers/tty/sysrq.c, init/main.c,
 * kernel/watchdog.c, kernel/rcu/tree_stall.h, kernel/hung_task.c), the same from 4.14 to 6.12. */
static const struct {
    const char *text;
    size_t mark;
} table[] = {
    {"Kernel panic - not syncing", offsetof(struct console_marks, panic)},
    {"reboot: Restarting system", offsetof(struct console_marks, restart)},
    {"sysrq: Resetting", offsetof(struct console_marks, restart)},
    {"reboot: Power down", offsetof(struct console_marks, power_off)},
    {"reboot: System halted", offsetof(struct console_marks, power_off)},
    {"Linux version ", offsetof(struct console_marks, kernel)},
    {" as init process", offsetof(struct console_marks, init)},
    {"Freeing unused kernel", offsetof(struct console_marks, init)},
    {"watchdog: BUG: soft lockup", offsetof(struct console_marks, stall)},
    {"detected stall", offsetof(struct console_marks, stall)},
    {"blocked for more than ", offsetof(struct console_marks, stall)},
};

static void keep_panic(struct console_marks *marks, const char *from)
{
    size_t i;

    for (i = 0; from[i] != '\0' && i + 1 < sizeof(marks->panic_line); i++)
        marks->panic_line[i] = from[i];
    marks->panic_line[i] = '\0';
}

static bool look_at_line(struct console_scan *scan)
{
    bool fresh = false;

    scan->line[scan->length] = '\0';
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        bool *mark = (bool *)((char *)&scan->marks + table[i].mark);
        const char *found = *mark ? NULL : strstr(scan->line, table[i].text);

        if (found == NULL)
            continue;
        *mark = true;
        fresh = true;
        if (mark == &scan->marks.panic)
            keep_panic(&scan->marks, found);
    }
    return fresh;
}

bool console_scan_feed(struct console_scan *scan, const char *data, size_t length)
{
    bool fresh = false;

    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)data[i];

        if (byte == '\n' || byte == '\r') {
            fresh = look_at_line(scan) || fresh;
            scan->length = 0;
        } else if (scan->length + 1 < sizeof(scan->line)) {
            scan->line[scan->length++] = byte >= ' ' && byte < 0x7f ? (char)byte : '?';
        }
    }
    return fresh;
}
