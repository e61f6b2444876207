/* SPDX-License-Identifier: Apache-2.0 */
/* Console patterns, the interpretation of a guest's end, and the size-limited capture of a
 * console. */
#include <errno.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/path.h"
#include "cunit_run.h"
#include "guest/console/console.h"
#include "guest/domain/host_log.h"
#include "guest/watch/watch.h"
#include "temp_folder.h"

/* Recorded from guests: Linux 6.1 on both architectures; from the sources: Linux 4.14 and 5.4. */
static const struct {
    const char *text;
    struct console_marks marks;
} consoles[] = {
    {"[   30.312] sysrq: Trigger a crash\r\n"
     "[   30.313] Kernel panic - not syncing: sysrq triggered crash\r\n"
     "[   30.320] CPU: 0 PID: 412 Comm: sh Not tainted 6.1.0-56-cloud-amd64 #1\r\n",
     {.panic = true, .panic_line = "Kernel panic - not syncing: sysrq triggered crash"}},
    {"[    1.902711] Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000100\n",
     {.panic = true,
      .panic_line = "Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000100"}},
    {"[    0.000000] Linux version 6.1.0-56-arm64 (debian-kernel)\r\n"
     "[    1.2] Run /init as init process\r\n",
     {.kernel = true, .init = true}},
    {"[    0.000000] Linux version 4.14.105-19\r\n[    2.1] Freeing unused kernel memory: "
     "2040K\r\n",
     {.kernel = true, .init = true}},
    {"[   12.1] reboot: Restarting system\r\n", {.restart = true}},
    {"[   12.1] reboot: Power down\r\n", {.power_off = true}},
    {"[  200.1] watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [sh:412]\r\n", {.stall = true}},
    {"[  200.1] rcu: INFO: rcu_sched self-detected stall on CPU\r\n", {.stall = true}},
    {"[  363.2] INFO: task jbd2/vda-8:120 blocked for more than 120 seconds.\r\n", {.stall = true}},
    {"[  301.7] NMI watchdog: BUG: soft lockup - CPU#1 stuck for 23s! [x:1]\r\n", {.stall = true}},
    {"[  301.7] BUG: unable to handle page fault for address: ffffffffc0\r\n", {.oops = true}},
    {"[  301.7] Unable to handle kernel NULL pointer dereference at virtual address 08\n",
     {.oops = true}},
    {"[   88.1] Out of memory: Killed process 412 (redis-server) total-vm:99kB\r\n",
     {.out_of_memory = true}},
    {"[   88.1] Out of memory: Kill process 412 (java) score 900\r\n", {.out_of_memory = true}},
    {"[   88.1] Memory cgroup out of memory: Killed process 412 (java)\r\n",
     {.out_of_memory = true}},
    {"[   88.1] invalid opcode: 0000 [#1] PREEMPT SMP NOPTI\r\n", {.oops = true}},
    {"[   88.1] Oops: invalid opcode: 0000 [#1] PREEMPT SMP NOPTI\r\n", {.oops = true}},
    {"[   88.1] Internal error: undefined instruction: 0000000002000000 [#1] SMP\r\n",
     {.oops = true}},
    {"dd: error writing '/x': No space left on device\r\n", {.disk_full = true}},
    {"[   9.1] blk_update_request: I/O error, dev vda, sector 2048\r\n", {.io_error = true}},
    {"[   20.9] cloud-init[241]: Cloud-init v. 22.4.2 running 'init-local' at Mon\r\n",
     {.cloud_init = true}},
    {"Debian GNU/Linux 12 standin ttyS0\r\n\r\nstandin login: ", {.login = true}},
    {"Last login:", {.login = false}},
    {"Booting from Hard Disk...\r\nBoot failed: not a bootable disk\r\n\r\nNo bootable device.\r\n",
     {.stuck = true, .stuck_line = "Boot failed: not a bootable disk"}},
    {"BdsDxe: No bootable option or device was found.\r\n",
     {.stuck = true, .stuck_line = "BdsDxe: No bootable option or device was found."}},
    {"UEFI Interactive Shell v2.2\r\n",
     {.stuck = true, .stuck_line = "UEFI Interactive Shell v2.2"}},
    {"error: no such device: standin.\r\nEntering rescue mode...\r\ngrub rescue> ",
     {.stuck = true, .stuck_line = "grub rescue>"}},
    {"GNU GRUB  version 2.06-13+deb12u2\r\n\n   Minimal BASH-like line editing is supported. For "
     "the "
     "first word, TAB   \r\n   lists possible command completions.\r\n\n\ng\r\033[09;02Hrub> ",
     {.stuck = true,
      .stuck_line = "   Minimal BASH-like line editing is supported. For the first word, TAB"}},
    {"ALERT!  UUID=0000 does not exist.  Dropping to a shell!\r\n\r\n(initramfs) ",
     {.stuck = true, .stuck_line = "ALERT!  UUID=0000 does not exist.  Dropping to a shell!"}},
    {"Generating \"/run/initramfs/rdsosreport.txt\"\r\n\r\ndracut:/# ",
     {.stuck = true, .stuck_line = "Generating \"/run/initramfs/rdsosreport.txt\""}},
    {"You are in emergency mode. After logging in, type \"journalctl -xb\" to view\r\n"
     "Give root password for maintenance\r\n(or press Control-D to continue): ",
     {.stuck = true,
      .stuck_line =
          "You are in emergency mode. After logging in, type \"journalctl -xb\" to view"}},
    {"/dev/vda3: UNEXPECTED INCONSISTENCY; RUN fsck MANUALLY.\r\n",
     {.stuck = true, .stuck_line = "/dev/vda3: UNEXPECTED INCONSISTENCY; RUN fsck MANUALLY."}},
    {"kernel panic is what this guest talks of\nreboot: restarting\n", {.panic = false}},
    {"Kernel panic - not syncing: no end of line yet", {.panic = false}},
};

static void check_marks(const struct console_marks *got, const struct console_marks *wanted)
{
    CHECK_INT(got->panic, wanted->panic);
    CHECK_INT(got->restart, wanted->restart);
    CHECK_INT(got->power_off, wanted->power_off);
    CHECK_INT(got->kernel, wanted->kernel);
    CHECK_INT(got->init, wanted->init);
    CHECK_INT(got->stall, wanted->stall);
    CHECK_INT(got->oops, wanted->oops);
    CHECK_INT(got->out_of_memory, wanted->out_of_memory);
    CHECK_INT(got->disk_full, wanted->disk_full);
    CHECK_INT(got->io_error, wanted->io_error);
    CHECK_INT(got->cloud_init, wanted->cloud_init);
    CHECK_INT(got->login, wanted->login);
    CHECK_INT(got->stuck, wanted->stuck);
    CHECK_INT(got->stuck_means != NULL, wanted->stuck);
    CHECK_TEXT(got->stuck_line, wanted->stuck_line);
    CHECK_TEXT(got->panic_line, wanted->panic_line);
}

/* The result does not depend on how the output is split. */
static void test_scan(void)
{
    for (size_t i = 0; i < sizeof(consoles) / sizeof(consoles[0]); i++)
        for (size_t step = 1; step < 40; step += 19) {
            struct console_scan scan = {0};
            size_t length = strlen(consoles[i].text);

            for (size_t at = 0; at < length; at += step)
                console_scan_feed(&scan, consoles[i].text + at,
                                  length - at < step ? length - at : step);
            check_marks(&scan.marks, &consoles[i].marks);
        }
}

static void test_scan_hostile(void)
{
    struct console_scan scan = {0};
    char flood[10000];

    memset(flood, 'x', sizeof(flood));
    for (int i = 0; i < 100; i++)
        console_scan_feed(&scan, flood, sizeof(flood));
    CU_ASSERT(scan.length < CONSOLE_LINE_MAX);
    console_scan_feed(&scan, "\nKernel panic - not syncing: \x1b[2J\0\xff~\n", 38);
    CHECK_TEXT(scan.marks.panic_line, "Kernel panic - not syncing: ?[2J??~");
}

#define STOPPED .stopped = true
static const struct {
    struct watch_facts facts;
    enum guest_end end;
    const char *part;
} ends[] = {
    {{.agent_connected = true}, GUEST_RUNNING, ""},
    {{.agent_connected = true, .console.panic = true}, GUEST_RUNNING, ""},
    {{.panic_device = true}, GUEST_PANICKED, "panicked"},
    {{.panic_device = true, .console = {.panic = true, .panic_line = "Kernel panic: x"}},
     GUEST_PANICKED,
     "Kernel panic: x"},
    {{STOPPED, .panic_device = true, .console = {.panic = true, .panic_line = "Kernel panic: x"}},
     GUEST_PANICKED,
     "Kernel panic: x"},
    {{STOPPED, .shutdown = WATCH_GUEST_RESET, .agent_seen = true, .console.panic = true},
     GUEST_PANICKED,
     "panicked"},
    {{STOPPED, .shutdown = WATCH_GUEST_PANIC}, GUEST_PANICKED, "panicked"},
    /* A program printed it, and the guest was restarted cleanly. */
    {{STOPPED, .shutdown = WATCH_GUEST_RESET, .agent_seen = true,
      .console = {.panic = true, .restart = true}},
     GUEST_REBOOTED,
     "rebooted itself"},
    {{.unresponsive = true, .emulator_stopped = true, .console.panic = true},
     GUEST_QEMU_DIED,
     "stopped by a signal"},
    {{STOPPED, .shutdown = WATCH_GUEST_RESET, .agent_seen = true}, GUEST_REBOOTED, "rebooted"},
    {{STOPPED, .shutdown = WATCH_GUEST_RESET}, GUEST_BOOT_LOOP, "before it was ready"},
    {{STOPPED, .shutdown = WATCH_GUEST_SHUTDOWN}, GUEST_POWERED_OFF, "powered"},
    {{STOPPED, .shutdown = WATCH_HOST}, GUEST_QEMU_DIED, "signal"},
    {{STOPPED}, GUEST_QEMU_DIED, "QEMU was killed"},
    /* A panic that the guest only prints does not hide that QEMU was killed. */
    {{STOPPED, .console.panic = true}, GUEST_QEMU_DIED, "QEMU was killed"},
    {{.unresponsive = true}, GUEST_HUNG, "stopped responding"},
    {{.unresponsive = true, .console.stall = true}, GUEST_HUNG, "lockup"},
    {{.unresponsive = true, .console.panic = true}, GUEST_PANICKED, "console"},
    {{.agent_lost = true}, GUEST_AGENT_LOST, "agent"},
    {{STOPPED, .destroyed = true}, GUEST_DESTROYED, "harness"},
    /* Whatever the guest did when the host failed. */
    {{.host_trouble = "the disk is full"}, GUEST_HOST_FAILED, "the disk is full"},
    {{.unresponsive = true, .host_trouble = "the disk is full"}, GUEST_HOST_FAILED, "full"},
    {{STOPPED, .shutdown = WATCH_GUEST_PANIC, .host_trouble = "I/O error"},
     GUEST_HOST_FAILED,
     "I/O error"},
    {{.emulator_stopped = true}, GUEST_QEMU_DIED, "stopped by a signal"},
};

static void test_judge(void)
{
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        char detail[256];

        CHECK_TEXT(guest_end_name(watch_judge(&ends[i].facts, detail, sizeof(detail))),
                   guest_end_name(ends[i].end));
        CHECK_HAS(detail, ends[i].part);
    }
}

/* Acts as QEMU: connects and writes. */
static int connect_console(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
    CHECK_INT(connect(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

static bool panicked(const struct watch_facts *facts)
{
    return facts->console.panic;
}

static size_t told;
static char told_line[256];

static void tell(const char *line)
{
    told++;
    snprintf(told_line, sizeof(told_line), "%s", line);
}

static void test_capture(void)
{
    _cleanup_folder_ char *folder = temp_folder_new();
    _cleanup_free_ char *socket_path = path_join(folder, "s"), *file = path_join(folder, "console");
    _cleanup_error_ struct error *err = NULL;
    _cleanup_buffer_ struct buffer kept = {0};
    static const char panic[] = "Kernel panic - not syncing: end\n";
    struct console *console = NULL;
    struct watch watch;
    char chunk[65536];
    int fd;

    watch_init(&watch);
    watch.on_trouble = tell;
    CHECK_INT(console_open(socket_path, file, &watch, &console, &err), 0);
    fd = connect_console(socket_path);
    memset(chunk, 'a', sizeof(chunk));
    for (int i = 0; i < 300; i++)
        CHECK_INT(write(fd, chunk, sizeof(chunk)), sizeof(chunk));
    CHECK_INT(write(fd, "\n", 1), 1);
    CHECK_INT(write(fd, panic, sizeof(panic) - 1), sizeof(panic) - 1);
    CU_ASSERT(watch_wait(&watch, panicked, clock_now_ms() + 10000));
    CHECK_INT(write(fd, panic, sizeof(panic) - 1), sizeof(panic) - 1);
    close(fd);
    console_drain(console, clock_now_ms() + 10000);
    CHECK_INT(console_truncated(console), true);
    console_free(console);
    watch_done(&watch);
    /* Each kind of trouble is reported once. */
    CHECK_INT(told, 1);
    CHECK_TEXT(told_line, "Kernel panic - not syncing: end");
    CHECK_INT(path_read(file, 64 << 20, &kept, &err), 0);
    CU_ASSERT(kept.length > CONSOLE_LIMIT && kept.length <= CONSOLE_LIMIT + CONSOLE_TAIL + 64);
    /* The last output is stored after the truncation. */
    CHECK_HAS(kept.data + CONSOLE_LIMIT, "cut by the harness");
    CHECK_TEXT(kept.data + kept.length - strlen(panic), panic);
    CU_ASSERT(!path_exists(socket_path));
}

/* The guest's side: prints that it is ready, reads input until Ctrl-D, then prints its last output,
 * in pieces. */
static void *answer(void *closure)
{
    int fd = *(int *)closure;
    char typed[64] = "";
    size_t length = 0;

    CHECK_INT(write(fd, "boot\r\n\036abcd# ", 13), 13);
    while (memchr(typed, '\004', length) == NULL && length < sizeof(typed)) {
        ssize_t got = read(fd, typed + length, sizeof(typed) - length);

        if (got <= 0)
            return NULL;
        length += (size_t)got;
    }
    CHECK_INT(length, 4);
    CHECK_INT(memcmp(typed, "ls\r\004", 4), 0);
    CHECK_INT(write(fd, "file\r\n\036ab", 9), 9);
    usleep(100000);
    CHECK_INT(write(fd, "cd not shown", 12), 12);
    return NULL;
}

static void test_attach(void)
{
    static const char mark[] = "\036abcd";
    _cleanup_folder_ char *folder = temp_folder_new();
    _cleanup_free_ char *socket_path = path_join(folder, "s"), *file = path_join(folder, "console");
    struct console *console = NULL;
    struct error *err = NULL;
    struct watch watch;
    pthread_t guest;
    char shown[64] = "";
    int fd, in[2], out[2];

    watch_init(&watch);
    CHECK_INT(console_open(socket_path, file, &watch, &console, &err), 0);
    console_listen(console);
    fd = connect_console(socket_path);
    CU_ASSERT_FATAL(pipe(in) == 0 && pipe(out) == 0);
    CHECK_INT(write(in[1], "ls\r", 3), 3);
    close(in[1]);
    pthread_create(&guest, NULL, answer, &fd);
    CHECK_INT(console_attach(console, in[0], out[1], mark, &err), 0);
    pthread_join(guest, NULL);
    CHECK_INT(read(out[0], shown, sizeof(shown) - 1), 14);
    CHECK_TEXT(shown, "boot\r\n# file\r\n");
    close(in[0]);
    /* The escape character, and a guest that ends. */
    CU_ASSERT_FATAL(pipe(in) == 0);
    CHECK_INT(write(in[1], "abc\x1d", 4), 4);
    CHECK_INT(write(fd, "\036abcd", 5), 5);
    CHECK_INT(console_attach(console, in[0], out[1], mark, &err), 0);
    close(fd);
    console_drain(console, clock_now_ms() + 10000);
    CHECK_INT(console_attach(console, in[0], out[1], mark, &err), -EPIPE);
    error_free(err);
    console_free(console);
    watch_done(&watch);
    for (size_t i = 0; i < 2; i++) {
        close(in[i]);
        close(out[i]);
    }
}

static void test_capture_refusals(void)
{
    _cleanup_folder_ char *folder = temp_folder_new();
    _cleanup_free_ char *file = path_join(folder, "console");
    _cleanup_error_ struct error *err = NULL;
    struct console *console = NULL;
    struct watch watch;
    char path[200];

    watch_init(&watch);
    memset(path, 'p', sizeof(path) - 1);
    path[0] = '/';
    path[sizeof(path) - 1] = '\0';
    CHECK_INT(console_open(path, file, &watch, &console, &err), -ENAMETOOLONG);
    CHECK_HAS(error_message(err), "XDG_RUNTIME_DIR");
    CHECK_INT(console_open("/nowhere/s", file, &watch, &console, &err), -ENOENT);
    CHECK_INT(console_open("/tmp/s", "/nowhere/file", &watch, &console, &err), -ENOENT);
    watch_done(&watch);
}

static bool host_failed(const struct watch_facts *facts)
{
    return facts->host_trouble[0] != '\0';
}

/* A console file that cannot be written is a failure of the host, and wakes all waiters. */
static void test_capture_full(void)
{
    _cleanup_folder_ char *folder = temp_folder_new();
    _cleanup_free_ char *socket_path = path_join(folder, "s");
    struct console *console = NULL;
    struct watch watch;
    int fd;

    watch_init(&watch);
    CHECK_INT(console_open(socket_path, "/dev/full", &watch, &console, NULL), 0);
    fd = connect_console(socket_path);
    CHECK_INT(write(fd, "boot\r\n", 6), 6);
    CU_ASSERT(watch_wait(&watch, watch_is_over, clock_now_ms() + 10000));
    CU_ASSERT(host_failed(&watch.facts));
    CHECK_HAS(watch.facts.host_trouble, "'/dev/full'");
    watch_note_host(&watch, "another");
    CHECK_HAS(watch.facts.host_trouble, "'/dev/full'");
    close(fd);
    console_free(console);
    watch_done(&watch);
}

/* Recorded from libvirt 9.0. */
static void test_host_log(void)
{
    static const struct {
        const char *log, *line;
    } rows[] = {
        {"", NULL},
        {"2026-11-28 10:00:00.100+0000: 12: info : libvirt version: 9.0.0\n"
         "2026-11-28 10:00:01.100+0000: 12: warning : virExec:1 : something else\n",
         NULL},
        {"2026-11-28 10:00:01.100+0000: 14: error : qemuAgentIORead:423 : Unable to read from "
         "agent: Input/output error\n",
         "libvirt: Unable to read from agent: Input/output error"},
        {"2026-11-28 10:00:01.100+0000: 14: error : qemuAgentIOWrite:377 : Unable to write to "
         "agent: Broken pipe\n",
         NULL},
        {"2026-11-28 10:00:01.100+0000: 14: error : qemuMonitorIORead:452 : Unable to read from "
         "monitor: Connection reset by peer\n",
         NULL},
        {"2026-11-28 10:00:01.100+0000: 14: warning : qemuConnectAgent:312 : Cannot connect to "
         "QEMU guest agent for ts-0123\nlast line\n",
         "libvirt: Cannot connect to QEMU guest agent for ts-0123"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char line[256] = "";

        CHECK_INT(host_log_find(rows[i].log, line, sizeof(line)), rows[i].line != NULL);
        CHECK_TEXT(line, rows[i].line != NULL ? rows[i].line : "");
    }
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"console patterns", test_scan},
        {"hostile consoles", test_scan_hostile},
        {"ends told apart", test_judge},
        {"a console beyond its bound", test_capture},
        {"a person at the console", test_attach},
        {"consoles that cannot be", test_capture_refusals},
        {"a console that cannot be kept", test_capture_full},
        {"libvirt's log", test_host_log},
        CU_TEST_INFO_NULL,
    };

    return cunit_run("guest_watch", tests);
}
