/* SPDX-License-Identifier: Apache-2.0 */
/* Commands over a console: the real guest program on a terminal and the real console of the
 * harness, connected by a line on which kernel messages appear in the middle of everything. */
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/path.h"
#include "cunit_run.h"
#include "guest/agent/agent.h"
#include "guest/console/console.h"
#include "guest/console/link.h"
#include "guest/watch/watch.h"
#include "temp_folder.h"

#define NOISE "[   12.345678] audit: type=1400 msg\r\n"
#define LIMIT_MS 30000

static char *folder, *program;
static struct watch watch;
static struct console *console;
static struct agent agent;
static pid_t line_pid;

static int connect_to(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    strcpy(address.sun_path, path);
    if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
        _exit(98);
    return fd;
}

static void put(int fd, const char *data, size_t length)
{
    while (length > 0) {
        ssize_t done = write(fd, data, length);

        if (done <= 0)
            _exit(0);
        data += done;
        length -= (size_t)done;
    }
}

/* The serial line, in a process of its own: kernel messages are inserted every few hundred
 * bytes. */
static void run_line(const char *socket_path, size_t every)
{
    int terminal, wire;
    size_t since = 0;
    pid_t pid = forkpty(&terminal, NULL, NULL, NULL);

    if (pid == 0) {
        execl(program, program, "serve", "--console", "00000000", (char *)NULL);
        _exit(97);
    }
    wire = connect_to(socket_path);
    for (;;) {
        struct pollfd ready[] = {{.fd = terminal, .events = POLLIN},
                                 {.fd = wire, .events = POLLIN}};
        char data[700];
        ssize_t got;

        poll(ready, 2, -1);
        if (ready[1].revents != 0) {
            got = read(wire, data, sizeof(data));
            if (got <= 0) {
                kill(pid, SIGKILL);
                _exit(0);
            }
            put(terminal, data, (size_t)got);
        }
        if (ready[0].revents != 0) {
            got = read(terminal, data, sizeof(data));
            if (got <= 0)
                _exit(0);
            for (ssize_t i = 0; i < got; i++) {
                put(wire, data + i, 1);
                if (every > 0 && ++since % every == 0)
                    put(wire, NOISE, sizeof(NOISE) - 1);
            }
        }
    }
}

static void open_line(size_t every)
{
    _cleanup_free_ char *socket_path = path_join(folder, "console.sock");
    _cleanup_free_ char *file = path_join(folder, "console");
    _cleanup_error_ struct error *err = NULL;

    watch_init(&watch);
    CHECK_INT(console_open(socket_path, file, &watch, &console, &err), 0);
    line_pid = fork();
    if (line_pid == 0)
        run_line(socket_path, every);
    agent = (struct agent){.watch = &watch, .answer_limit_ms = 60000};
    agent.link = console_link_new(console, &watch);
    CHECK_INT(console_link_greet(agent.link, clock_now_ms() + LIMIT_MS, &err), 0);
    CHECK_TEXT(error_message(err), "no error");
}

static void close_line(void)
{
    console_link_free(agent.link);
    kill(line_pid, SIGTERM);
    waitpid(line_pid, NULL, 0);
    console_drain(console, clock_now_ms() + 2000);
    console_free(console);
    watch_done(&watch);
}

static void exec_checked(const char *script, const void *input, size_t length, bool exited,
                         int code, const char *out, const char *error_text)
{
    const char *argv[] = {"/bin/sh", "-c", script, NULL};
    struct guest_command command = {.argv = argv, .input = input, .input_length = length};
    _cleanup_(guest_output_done) struct guest_output output = {0};
    _cleanup_error_ struct error *err = NULL;

    CHECK_INT(agent_exec(&agent, &command, clock_now_ms() + LIMIT_MS, &output, &err), 0);
    CHECK_TEXT(error_message(err), "no error");
    CHECK_INT(output.exited, exited);
    CHECK_INT(output.code, code);
    CHECK_TEXT(output.out.length > 0 ? output.out.data : "", out);
    CHECK_TEXT(output.err.length > 0 ? output.err.data : "", error_text);
}

static void run_commands(void)
{
    _cleanup_buffer_ struct buffer long_input = {0};

    exec_checked("echo out; echo err >&2; exit 7", NULL, 0, true, 7, "out\n", "err\n");
    exec_checked("kill -9 $$", NULL, 0, false, 9, "", "");
    exec_checked("cat", "in\tput\n", 7, true, 0, "in\tput\n", "");
    exec_checked("echo \"$HOME|$PATH|$0|$(pwd)\"", NULL, 0, true, 0,
                 "|/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin|/bin/sh|/\n", "");
    /* Several parts in both directions. */
    for (int i = 0; i < 3000; i++)
        buffer_format(&long_input, "%d\n", i);
    exec_checked("sort -n | sha256sum | cut -c 1-4; cat > /dev/null", long_input.data,
                 long_input.length, true, 0, "b88f\n", "");
}

static void test_quiet(void)
{
    open_line(0);
    run_commands();
    close_line();
}

static void test_noise(void)
{
    open_line(1500);
    run_commands();
    close_line();
}

/* All 256 bytes, a thousand times, as they are. */
static void test_binary(void)
{
    const char *argv[] = {"/bin/sh", "-c",
                          "i=0; while [ $i -lt 200 ]; do printf '\\000\\001\\377\\n\\rTSR 1'; "
                          "i=$((i+1)); done",
                          NULL};
    struct guest_command command = {.argv = argv};
    _cleanup_(guest_output_done) struct guest_output output = {0};

    open_line(1200);
    CHECK_INT(agent_exec(&agent, &command, clock_now_ms() + LIMIT_MS, &output, NULL), 0);
    CHECK_INT(output.out.length, 200 * 10);
    CU_ASSERT(output.out.length >= 10 && memcmp(output.out.data, "\0\1\377\n\rTSR 1", 10) == 0);
    close_line();
}

/* A command that does not end is killed; the next one works. */
static void test_deadline(void)
{
    /* Its own, beside another run of this test. */
    _cleanup_free_ char *sleeps = text_format("exec sleep 616.%d", (int)getpid());
    _cleanup_free_ char *search =
        text_format("pgrep -fx 'sleep 616.%d' || echo none", (int)getpid());
    const char *argv[] = {"/bin/sh", "-c", sleeps, NULL};
    struct guest_command command = {.argv = argv};
    _cleanup_(guest_output_done) struct guest_output output = {0};
    _cleanup_error_ struct error *err = NULL;

    open_line(0);
    CHECK_INT(agent_exec(&agent, &command, clock_now_ms() + 700, &output, &err), -ETIMEDOUT);
    exec_checked(search, NULL, 0, true, 0, "none\n", "");
    close_line();
}

/* The console's file contains no frames, but the kernel's messages. */
static void test_evidence(void)
{
    _cleanup_free_ char *file = path_join(folder, "console");
    _cleanup_buffer_ struct buffer text = {0};

    open_line(2000);
    exec_checked("head -c 6000 /dev/zero | tr '\\0' x | wc -c", NULL, 0, true, 0, "6000\n", "");
    close_line();
    CHECK_INT(path_read(file, 1 << 20, &text, NULL), 0);
    CU_ASSERT(text.data == NULL || strstr(text.data, "TSR ") == NULL ||
              strstr(text.data, NOISE) != NULL);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"a quiet line", test_quiet},    {"a line with a kernel on it", test_noise},
        {"binary output", test_binary},  {"a command that does not end", test_deadline},
        {"what is kept", test_evidence}, CU_TEST_INFO_NULL,
    };
    int code;

    signal(SIGPIPE, SIG_IGN);
#ifdef __aarch64__
    program = text_dup(TS_BINARY_DIR "/guest/aarch64/touchstone-guest");
#else
    program = text_dup(TS_BINARY_DIR "/guest/x86_64/touchstone-guest");
#endif
    if (access(program, X_OK) < 0) {
        printf("skipped: '%s' is not built\n", program);
        return 77;
    }
    folder = temp_folder_new();
    code = cunit_run("console_link", tests);
    temp_folder_remove(&folder);
    free(program);
    return code;
}
