/* SPDX-License-Identifier: Apache-2.0 */
/* QEMU connects to, or listens on, a socket in the hypervisor's folder. */
#include "guest/state/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <libvirt/libvirt-qemu.h>
#include <poll.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "base/path.h"
#include "base/text.h"
#include "guest/domain/connection.h"

/* QEMU_VM_FILE_MAGIC in QEMU's migration/savevm.h */
#define MAGIC "QEVM"

enum {
    ANSWER_MS = 60 * 1000, /* QEMU connects, or the next byte arrives */
    LOAD_MS = 10 * 60 * 1000,
    PAUSE_MS = 2
};

bool stream_is(const char *file)
{
    _cleanup_close_ int fd = open(file, O_RDONLY | O_CLOEXEC);
    char magic[sizeof(MAGIC) - 1];

    return fd >= 0 && read(fd, magic, sizeof(magic)) == sizeof(magic) &&
           memcmp(magic, MAGIC, sizeof(magic)) == 0;
}

/* Sends a request; the reply's "return" goes to *ret_result, a new reference, unless NULL. */
static int ask(virDomainPtr domain, json_t *request, json_t **ret_result, struct error **err)
{
    _cleanup_json_ json_t *owned = request, *json = NULL;
    _cleanup_free_ char *text = json_dumps(owned, JSON_COMPACT), *reply = NULL;
    const char *said;
    int code;

    if (virDomainQemuMonitorCommand(domain, text, &reply, 0) < 0)
        return connection_fail(err, -EIO, "QEMU's monitor does not answer '%s'", text);
    code = json_parse(reply, strlen(reply), "QEMU's reply", &json, err);
    if (code < 0)
        return code;
    said = json_string_value(json_object_get(json_object_get(json, "error"), "desc"));
    if (said != NULL)
        return error_set(err, -EIO, "QEMU refuses '%s': %s", text, said);
    if (ret_result != NULL)
        *ret_result = json_incref(json_object_get(json, "return"));
    return 0;
}

/* The stream's format depends on it, so it is set on both sides, whatever the memory is. */
static int set_up(virDomainPtr domain, struct error **err)
{
    return ask(domain,
               json_pack("{s:s, s:{s:[{s:s, s:b}]}}", "execute", "migrate-set-capabilities",
                         "arguments", "capabilities", "capability", "x-ignore-shared", "state", 1),
               NULL, err);
}

/* 1: done; 0: not yet. */
static int is_done(virDomainPtr domain, struct error **err)
{
    _cleanup_json_ json_t *result = NULL;
    const char *status;
    int code = ask(domain, json_pack("{s:s}", "execute", "query-migrate"), &result, err);

    if (code < 0)
        return code;
    status = json_string_value(json_object_get(result, "status"));
    if (text_equal(status, "failed") || text_equal(status, "cancelled")) {
        const char *why = json_string_value(json_object_get(result, "error-desc"));

        return error_set(err, -EIO, "QEMU could not move the guest's state: %s",
                         why != NULL ? why : "it gives no reason");
    }
    return text_equal(status, "completed");
}

static int wait_done(virDomainPtr domain, struct error **err)
{
    int64_t deadline_ms = clock_now_ms() + LOAD_MS;
    int code;

    while ((code = is_done(domain, err)) == 0) {
        if (clock_remaining_ms(deadline_ms) == 0)
            return error_set(err, -EIO, "QEMU did not finish with the guest's state in time");
        poll(NULL, 0, PAUSE_MS);
    }
    return code < 0 ? code : 0;
}

static int start(virDomainPtr domain, const char *verb, const char *socket, struct error **err)
{
    _cleanup_free_ char *uri = text_format("unix:%s", socket);

    return ask(domain, json_pack("{s:s, s:{s:s}}", "execute", verb, "arguments", "uri", uri), NULL,
               err);
}

static int open_socket(const char *path, struct sockaddr_un *ret_address, struct error **err)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    *ret_address = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (fd < 0 || strlen(path) >= sizeof(ret_address->sun_path)) {
        if (fd >= 0)
            close(fd);
        return error_set_errno(err, fd < 0 ? -errno : -ENAMETOOLONG, "cannot make socket '%s'",
                               path);
    }
    strcpy(ret_address->sun_path, path);
    return fd;
}

static int copy_to_file(int from, const char *file, struct error **err)
{
    _cleanup_close_ int to = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    _cleanup_free_ char *chunk = text_calloc(1, 1 << 20);

    if (to < 0)
        return error_set_errno(err, -errno, "cannot create '%s'", file);
    for (;;) {
        struct pollfd ready = {.fd = from, .events = POLLIN};
        ssize_t got = poll(&ready, 1, ANSWER_MS) > 0 ? read(from, chunk, 1 << 20) : -1;

        if (got < 0)
            return error_set(err, -EIO, "QEMU stopped in the middle of the guest's state");
        if (got == 0)
            return 0;
        for (ssize_t at = 0; at < got;) {
            ssize_t put = write(to, chunk + at, (size_t)(got - at));

            if (put < 0)
                return error_set_errno(err, -errno, "cannot write '%s'", file);
            at += put;
        }
    }
}

static int receive(virDomainPtr domain, int listener, const char *socket, const char *file,
                   struct error **err)
{
    struct pollfd ready = {.fd = listener, .events = POLLIN};
    _cleanup_close_ int from = -1;
    int code = set_up(domain, err);

    if (code == 0) /* the default, 128 MiB/s, is for networks */
        code = ask(domain,
                   json_pack("{s:s, s:{s:I}}", "execute", "migrate-set-parameters", "arguments",
                             "max-bandwidth", (json_int_t)1 << 50),
                   NULL, err);
    if (code == 0)
        code = start(domain, "migrate", socket, err);
    if (code < 0)
        return code;
    from = poll(&ready, 1, ANSWER_MS) > 0 ? accept4(listener, NULL, NULL, SOCK_CLOEXEC) : -1;
    if (from < 0)
        return error_set(err, -EIO, "QEMU did not connect to '%s'", socket);
    code = copy_to_file(from, file, err);
    return code == 0 ? wait_done(domain, err) : code;
}

int stream_save(virDomainPtr domain, const char *folder, const char *file, struct error **err)
{
    _cleanup_free_ char *path = path_join(folder, "state.sock");
    struct sockaddr_un address;
    _cleanup_close_ int listener = open_socket(path, &address, err);
    int code;

    if (listener < 0)
        return listener;
    unlink(path);
    if (bind(listener, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(listener, 1) < 0)
        code = error_set_errno(err, -errno, "cannot listen on '%s'", path);
    else
        code = receive(domain, listener, path, file, err);
    unlink(path);
    return code;
}

static int send_file(int to, const char *file, struct error **err)
{
    _cleanup_close_ int from = open(file, O_RDONLY | O_CLOEXEC);
    ssize_t sent = -1;

    if (from < 0)
        return error_set_errno(err, -errno, "cannot open '%s'", file);
    while ((sent = sendfile(to, from, NULL, 1 << 24)) > 0)
        continue;
    return sent < 0 ? error_set_errno(err, -EIO, "QEMU does not take the guest's state '%s'", file)
                    : 0;
}

int stream_load(virDomainPtr domain, const char *folder, const char *file, struct error **err)
{
    _cleanup_free_ char *path = path_join(folder, "state.sock");
    struct sockaddr_un address;
    _cleanup_close_ int to = open_socket(path, &address, err);
    int code = to < 0 ? to : set_up(domain, err);

    unlink(path);
    if (code == 0)
        code = start(domain, "migrate-incoming", path, err);
    if (code < 0)
        return code;
    if (connect(to, (struct sockaddr *)&address, sizeof(address)) < 0)
        return error_set_errno(err, -EIO, "QEMU does not listen on '%s'", path);
    code = send_file(to, file, err);
    unlink(path);
    return code == 0 ? wait_done(domain, err) : code;
}
