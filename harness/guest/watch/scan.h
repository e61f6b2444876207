/* SPDX-License-Identifier: Apache-2.0 */
/* Scans console output, as it arrives, for kernel messages. They are only hints, because a program
 * in the guest can print the same: they refine what other evidence shows. */
#ifndef TS_GUEST_WATCH_SCAN_H
#define TS_GUEST_WATCH_SCAN_H

#include <stdbool.h>
#include <stddef.h>

/* bytes of a line that are examined; the rest of the line is ignored */
#define CONSOLE_LINE_MAX 512

struct console_marks {
    bool panic;              /* "Kernel panic - not syncing" */
    bool restart;            /* "reboot: Restarting system" and similar */
    bool power_off;          /* "reboot: Power down", "reboot: System halted" */
    bool kernel;             /* "Linux version": a kernel was started */
    bool init;               /* "Run … as init process": it started its first program */
    bool stall;              /* soft lockup, RCU stall, hung task */
    bool oops;               /* the kernel continued after a fault of its own */
    bool out_of_memory;      /* the kernel killed a process because memory ran out */
    bool disk_full;          /* a program or the kernel reported that no space is left */
    bool io_error;           /* a disk reported an error */
    bool cloud_init;         /* cloud-init is running */
    bool login;              /* a getty shows a login prompt */
    bool stuck;              /* the boot stopped and waits for a user */
    const char *stuck_means; /* what that means; not freed */
    char stuck_line[160];
    char panic_line[160]; /* this and the following: printable ASCII, without the time stamp */
    char stall_line[160], oops_line[160], memory_line[160], disk_line[160], io_line[160];
};

/* Troubles to report, most severe first. */
#define CONSOLE_TROUBLES 7
struct console_trouble {
    const char *name; /* "panic", "out-of-memory", … */
    bool seen;
    const char *line; /* the line that showed it; points into the marks */
};

void console_troubles(const struct console_marks *marks,
                      struct console_trouble ret_troubles[CONSOLE_TROUBLES]);

struct console_scan {
    struct console_marks marks;
    char line[CONSOLE_LINE_MAX];
    size_t length;
};

/* Scans the next bytes, which may be split anywhere; returns true if there is a new mark. */
bool console_scan_feed(struct console_scan *scan, const char *data, size_t length);

#endif
