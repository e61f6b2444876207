/* SPDX-License-Identifier: Apache-2.0 */
/* Controls QEMU directly: QMP (docs/interop/qmp-spec) and the guest agent's JSON over UNIX
 * sockets. */
#include "plain_qemu.h"

#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/process.h"
#include "base/text.h"

enum { LIMIT_MS = 180000 };

static void die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

static void die(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(1);
}

static int dial(const char *folder, const char *name)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int64_t deadline = clock_now_ms() + LIMIT_MS;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s", folder, name);
    while (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
        if (clock_remaining_ms(deadline) == 0)
            die("cannot connect to %s", address.sun_path);
        poll(NULL, 0, 2);
    }
    return fd;
}

/* One JSON document a line. */
static json_t *read_line(int fd)
{
    struct buffer line = {0};
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    json_t *json;
    char byte;

    for (;;) {
        if (poll(&ready, 1, LIMIT_MS) <= 0 || read(fd, &byte, 1) != 1)
            die("QEMU said nothing more");
        if (byte == '\n')
            break;
        if ((unsigned char)byte != 0xff)
            buffer_add(&line, &byte, 1);
    }
    json = json_loads(line.data != NULL ? line.data : "", 0, NULL);
    buffer_done(&line);
    return json;
}

static void send_text(int fd, const char *text)
{
    if (write(fd, text, strlen(text)) != (ssize_t)strlen(text) || write(fd, "\n", 1) != 1)
        die("QEMU takes no more commands: %s", strerror(errno));
}

/* Returns the answer to a command; events in between are ignored. */
static json_t *ask(int fd, const char *text)
{
    send_text(fd, text);
    for (;;) {
        json_t *json = read_line(fd);

        if (json_object_get(json, "return") != NULL)
            return json;
        if (json_object_get(json, "error") != NULL)
            die("%s: %s", text, json_dumps(json, 0));
        json_decref(json);
    }
}

static void wait_event(int fd, const char *name)
{
    for (;;) {
        json_t *json = read_line(fd);
        const char *event = json_string_value(json_object_get(json, "event"));
        int found = event != NULL && strcmp(event, name) == 0;

        json_decref(json);
        if (found)
            return;
    }
}

static void print_once(const char *const *argv, int is_load)
{
    static int printed[2];

    if (printed[is_load]++ > 0)
        return;
    printf("baseline (%s):", is_load ? "load" : "boot");
    for (size_t i = 0; argv[i] != NULL; i++)
        printf(strpbrk(argv[i], " *?") != NULL ? " '%s'" : " %s", argv[i]);
    putchar('\n');
    fflush(stdout);
}

void plain_start(struct plain_qemu *qemu, const char *const *command, char *folder,
                 const char *incoming)
{
    struct process_spec spec = PROCESS_SPEC_INIT;
    struct error *err = NULL;
    struct strv argv = {0};
    char *monitor = text_format("unix:%s/qmp,server=on,wait=off", folder);
    char *agent = text_format("socket,path=%s/qga,server=on,wait=off,id=qga", folder);
    char *state = incoming != NULL ? text_format("exec:cat %s", incoming) : NULL;

    for (size_t i = 0; command[i] != NULL; i++)
        strv_add(&argv, command[i]);
    strv_add(&argv, "-qmp");
    strv_take(&argv, monitor);
    strv_add(&argv, "-chardev");
    strv_take(&argv, agent);
    strv_add(&argv, "-device");
    strv_add(&argv, "virtserialport,id=agent,chardev=qga,name=org.qemu.guest_agent.0");
    if (state != NULL) {
        strv_add(&argv, "-incoming");
        strv_take(&argv, state);
    }
    strv_take(&argv, NULL);
    spec.argv = (const char *const *)argv.items;
    spec.stderr_fd = STDERR_FILENO;
    spec.die_with_parent = true;
    print_once(spec.argv, incoming != NULL);
    if (process_start(&spec, &qemu->pid, &err) < 0)
        die("%s", error_message(err));
    strv_done(&argv);
    qemu->folder = folder;
    qemu->serial = -1;
    qemu->monitor = dial(folder, "qmp");
    qemu->agent = dial(folder, "qga");
    json_decref(read_line(qemu->monitor)); /* the greeting */
    json_decref(ask(qemu->monitor, "{\"execute\":\"qmp_capabilities\"}"));
}

void plain_wait_agent(struct plain_qemu *qemu)
{
    wait_event(qemu->monitor, "VSERPORT_CHANGE");
}

/* Reads the console until it shows the text. */
static void wait_text(struct plain_qemu *qemu, const char *wanted)
{
    struct pollfd ready = {.fd = qemu->serial, .events = POLLIN};
    size_t seen = 0;
    char byte;

    while (wanted[seen] != '\0') {
        if (poll(&ready, 1, LIMIT_MS) <= 0 || read(qemu->serial, &byte, 1) != 1)
            die("the guest's console does not come to '%s'", wanted);
        seen = byte == wanted[seen] ? seen + 1 : byte == wanted[0];
    }
}

static void open_console(struct plain_qemu *qemu, bool restored)
{
    qemu->serial = dial(qemu->folder, "serial");
    /* Before that, the state of the serial line has not been restored. */
    if (restored)
        wait_event(qemu->monitor, "RESUME");
}

void plain_wait_login(struct plain_qemu *qemu, bool restored)
{
    open_console(qemu, restored);
    if (restored)
        send_text(qemu->serial, "");
    wait_text(qemu, "login:");
}

void plain_log_in(struct plain_qemu *qemu, const char *user, const char *password)
{
    send_text(qemu->serial, user);
    wait_text(qemu, "assword:");
    send_text(qemu->serial, password);
    wait_text(qemu, ":~"); /* of the shell's prompt */
}

void plain_echo(struct plain_qemu *qemu, bool restored)
{
    if (qemu->serial < 0)
        open_console(qemu, restored);
    /* The quotes keep the echo of what is typed from being taken for its output. */
    send_text(qemu->serial, "/bin/echo TS''up");
    wait_text(qemu, "TSup");
}

void plain_exec(struct plain_qemu *qemu, const char *path, const char *argument)
{
    char *command =
        text_format("{\"execute\":\"guest-exec\",\"arguments\":{\"path\":\"%s\",\"arg\":"
                    "[\"%s\"],\"capture-output\":true}}",
                    path, argument);
    json_t *reply = ask(qemu->agent, command);
    long long pid = json_integer_value(json_object_get(json_object_get(reply, "return"), "pid"));
    char *status =
        text_format("{\"execute\":\"guest-exec-status\",\"arguments\":{\"pid\":%lld}}", pid);
    int exited = 0;

    json_decref(reply);
    while (!exited) {
        reply = ask(qemu->agent, status);
        exited = json_is_true(json_object_get(json_object_get(reply, "return"), "exited"));
        json_decref(reply);
        if (!exited)
            poll(NULL, 0, 2);
    }
    free(command);
    free(status);
}

void plain_save(struct plain_qemu *qemu, const char *file)
{
    char *command =
        text_format("{\"execute\":\"migrate\",\"arguments\":{\"uri\":\"exec:cat > %s\"}}", file);

    json_decref(ask(qemu->monitor,
                    "{\"execute\":\"migrate-set-parameters\",\"arguments\":{\"max-bandwidth\":"
                    "10000000000}}"));
    json_decref(ask(qemu->monitor, command));
    for (int done = 0; !done;) {
        json_t *reply = ask(qemu->monitor, "{\"execute\":\"query-migrate\"}");
        const char *status =
            json_string_value(json_object_get(json_object_get(reply, "return"), "status"));

        done = status != NULL && strcmp(status, "completed") == 0;
        json_decref(reply);
        poll(NULL, 0, 20);
    }
    free(command);
}

void plain_end(struct plain_qemu *qemu)
{
    kill(qemu->pid, SIGKILL);
    waitpid(qemu->pid, NULL, 0);
    close(qemu->monitor);
    close(qemu->agent);
    if (qemu->serial >= 0)
        close(qemu->serial);
}
