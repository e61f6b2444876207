/* SPDX-License-Identifier: Apache-2.0 */
/* Splits console output into lines of limited length and matches each against a table with one row
 * for each pattern. */
#include "guest/watch/scan.h"

#include <string.h>

#define MARK(name) offsetof(struct console_marks, name)

enum { PROMPT = 1 }; /* at the end of a line without a newline */

static const struct row {
    const char *text;
    size_t mark;
    const char *means; /* for a stopped boot: explanation for the user */
    int flags;
} table[] = {
    /* Linux (kernel/panic.c, kernel/reboot.c, drivers/tty/sysrq.c, init/main.c, kernel/watchdog.c,
     * kernel/rcu/tree_stall.h, kernel/hung_task.c, mm/oom_kill.c, arch/x86/mm/fault.c,
     * arch/arm64/mm/fault.c, block/blk-core.c), the same from 4.14 to 6.12. */
    {"Kernel panic - not syncing", MARK(panic), NULL, 0},
    {"reboot: Restarting system", MARK(restart), NULL, 0},
    {"sysrq: Resetting", MARK(restart), NULL, 0},
    {"reboot: Power down", MARK(power_off), NULL, 0},
    {"reboot: System halted", MARK(power_off), NULL, 0},
    {"Linux version ", MARK(kernel), NULL, 0},
    {" as init process", MARK(init), NULL, 0},
    {"Freeing unused kernel", MARK(init), NULL, 0},
    {"watchdog: BUG: soft lockup", MARK(stall), NULL, 0},
    {"NMI watchdog: BUG: soft lockup", MARK(stall), NULL, 0},
    {"detected stall", MARK(stall), NULL, 0},
    {"detected expedited stalls", MARK(stall), NULL, 0},
    {"blocked for more than ", MARK(stall), NULL, 0},
    {"BUG: unable to handle", MARK(oops), NULL, 0},
    {"BUG: kernel NULL pointer dereference", MARK(oops), NULL, 0},
    {"Unable to handle kernel", MARK(oops), NULL, 0},
    {"Internal error: ", MARK(oops), NULL, 0},
    {"invalid opcode: 0000", MARK(oops), NULL, 0},
    {"Oops: ", MARK(oops), NULL, 0},
    {"general protection fault", MARK(oops), NULL, 0},
    {"kernel BUG at ", MARK(oops), NULL, 0},
    {"Out of memory: Kill", MARK(out_of_memory), NULL, 0},
    {"Memory cgroup out of memory: Kill", MARK(out_of_memory), NULL, 0},
    {"No space left on device", MARK(disk_full), NULL, 0},
    {"I/O error, dev ", MARK(io_error), NULL, 0},
    /* cloud-init's own lines, and systemd's about it. */
    {"Cloud-init v. ", MARK(cloud_init), NULL, 0},
    {"cloud-init[", MARK(cloud_init), NULL, 0},
    {"Starting cloud-init", MARK(cloud_init), NULL, 0},
    /* agetty (util-linux). */
    {"login:", MARK(login), NULL, PROMPT},
    /* SeaBIOS, EDK II, GRUB. */
    {"No bootable device", MARK(stuck), "its firmware finds nothing to boot", 0},
    {"Boot failed: not a bootable disk", MARK(stuck), "its firmware finds nothing to boot", 0},
    {"No bootable option or device was found", MARK(stuck), "its firmware finds nothing to boot",
     0},
    {"UEFI Interactive Shell", MARK(stuck), "its firmware found no boot loader and opened a shell",
     0},
    {"grub rescue>", MARK(stuck), "GRUB does not find its own files", PROMPT},
    {"grub>", MARK(stuck), "GRUB has no configuration and waits for commands", PROMPT},
    /* On a slow console GRUB moves the cursor within its prompt, but not in the line above it. */
    {"Minimal BASH-like line editing is supported", MARK(stuck),
     "GRUB has no configuration and waits for commands", 0},
    /* initramfs-tools, dracut, systemd, e2fsprogs. */
    {"Dropping to a shell!", MARK(stuck), "the initramfs does not find the root disk", 0},
    {"(initramfs)", MARK(stuck), "the initramfs gave up and opened a shell", PROMPT},
    {"dracut:/#", MARK(stuck), "dracut gave up and opened a shell", PROMPT},
    {"Generating \"/run/initramfs/rdsosreport.txt\"", MARK(stuck),
     "dracut gave up and opened a shell", 0},
    {"You are in emergency mode", MARK(stuck), "systemd went into emergency mode", 0},
    {"Entering emergency mode", MARK(stuck), "systemd went into emergency mode", 0},
    {"Give root password for maintenance", MARK(stuck), "systemd went into emergency mode", 0},
    {"Press Enter for maintenance", MARK(stuck), "systemd went into emergency mode", 0},
    {"RUN fsck MANUALLY", MARK(stuck), "a file system is damaged and fsck waits for a person", 0},
};

void console_troubles(const struct console_marks *marks,
                      struct console_trouble ret_troubles[CONSOLE_TROUBLES])
{
    const struct console_trouble troubles[CONSOLE_TROUBLES] = {
        {"panic", marks->panic, marks->panic_line},
        {"stuck", marks->stuck, marks->stuck_line},
        {"oops", marks->oops, marks->oops_line},
        {"out-of-memory", marks->out_of_memory, marks->memory_line},
        {"disk-full", marks->disk_full, marks->disk_line},
        {"io-error", marks->io_error, marks->io_line},
        {"stall", marks->stall, marks->stall_line}};

    memcpy(ret_troubles, troubles, sizeof(troubles));
}

static void keep_line(char *to, size_t size, const char *from)
{
    size_t i;

    for (i = 0; from[i] != '\0' && i + 1 < size; i++)
        to[i] = from[i];
    while (i > 0 && to[i - 1] == ' ')
        i--;
    to[i] = '\0';
}

/* At the end of the line, ignoring blanks. */
static const char *find_prompt(const char *line, const char *text)
{
    size_t length = strlen(line), size = strlen(text);

    while (length > 0 && line[length - 1] == ' ')
        length--;
    if (length < size || strncmp(line + length - size, text, size) != 0 ||
        strstr(line, "Last login") != NULL)
        return NULL;
    return line + length - size;
}

static void note(struct console_marks *marks, const struct row *row, const char *line,
                 const char *found)
{
    const struct {
        const bool *mark;
        char *to; /* same size as the others */
    } lines[] = {{&marks->panic, marks->panic_line},    {&marks->stall, marks->stall_line},
                 {&marks->oops, marks->oops_line},      {&marks->out_of_memory, marks->memory_line},
                 {&marks->disk_full, marks->disk_line}, {&marks->io_error, marks->io_line}};
    const bool *mark = (const bool *)((const char *)marks + row->mark);

    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        if (mark == lines[i].mark)
            keep_line(lines[i].to, sizeof(marks->panic_line), found);
    if (mark == &marks->stuck) {
        keep_line(marks->stuck_line, sizeof(marks->stuck_line), line);
        marks->stuck_means = row->means;
    }
}

static bool look_at_line(struct console_scan *scan, bool complete)
{
    bool fresh = false;

    scan->line[scan->length] = '\0';
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        const struct row *row = &table[i];
        bool *mark = (bool *)((char *)&scan->marks + row->mark);
        const char *found;

        if (*mark || (!complete && (row->flags & PROMPT) == 0))
            continue;
        found = (row->flags & PROMPT) != 0 ? find_prompt(scan->line, row->text)
                                           : strstr(scan->line, row->text);
        if (found == NULL)
            continue;
        *mark = true;
        fresh = true;
        note(&scan->marks, row, scan->line, found);
    }
    return fresh;
}

bool console_scan_feed(struct console_scan *scan, const char *data, size_t length)
{
    bool fresh = false;

    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)data[i];

        if (byte == '\n' || byte == '\r') {
            fresh = look_at_line(scan, true) || fresh;
            scan->length = 0;
        } else if (scan->length + 1 < sizeof(scan->line)) {
            scan->line[scan->length++] = byte >= ' ' && byte < 0x7f ? (char)byte : '?';
        }
    }
    /* A prompt has no newline. */
    return (scan->length > 0 && look_at_line(scan, false)) || fresh;
}
