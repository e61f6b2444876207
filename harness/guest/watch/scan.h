/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a console as it comes for the kernel's last words. What a console says is a hint, never a
 * proof: a program in the guest can print the same; so it only tells apart ends that other evidence
 * shows.
 */
#ifndef TS_GUEST_WATCH_SCAN_H
#define TS_GUEST_WATCH_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#define CONSOLE_LINE_MAX 512 /* of a line that are looked at; the rest of it is passed over */

struct console_marks {
    bool panic;              /* "Kernel panic - not syncing" */
    bool restart;            /* "reboot: Restarting system" and its kin */
    bool power_off;          /* "reboot: Power down", "reboot: System halted" */
    bool kernel;             /* "Linux version": a kernel started */
    bool init;               /* "Run … as init process": it came to its first program */
    bool stall;              /* soft lockup, RCU stall, hung task */
    bool oops;               /* the kernel went on after a fault of its own */
    bool out_of_memory;      /* the kernel killed a process for memory */
    bool disk_full;          /* somebody was told that no space is left */
    bool io_error;           /* a disk gave an error */
    bool cloud_init;         /* cloud-init runs */
    bool login;              /* a getty asks for a name */
    bool stuck;              /* the boot stopped and waits for a person */
    const char *stuck_means; /* what that is; static text */
    char stuck_line[160];
    char panic_line[160]; /* printable ASCII, without the time stamp; so are the others */
    char stall_line[160], oops_line[160], memory_line[160], disk_line[160], io_line[160];
};

/* What a reader is told of, worst first. */
#define CONSOLE_TROUBLES 7
struct console_trouble {
    const char *name; /* "panic", "out-of-memory", … */
    bool seen;
    const char *line; /* that showed it; borrowed from the marks */
};

void console_troubles(const struct console_marks *marks,
                      struct console_trouble ret_troubles[CONSOLE_TROUBLES]);

struct console_scan {
    struct console_marks marks;
    char line[CONSOLE_LINE_MAX];
    size_t length;
};

/* Takes the next bytes, however they are cut; true when a mark was new. */
bool console_scan_feed(struct console_scan *scan, const char *data, size_t length);

#endif
