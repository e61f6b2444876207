/* SPDX-License-Identifier: Apache-2.0 */
/* Opens libvirt connections and runs libvirt's default event loop in one thread of the process. */
#include "guest/domain/connection.h"

#include <errno.h>
#include <libvirt/virterror.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "guest/domain/pin.h"

int connection_fail(struct error **err, int code, const char *format, ...)
{
    const char *said = virGetLastErrorMessage();
    _cleanup_buffer_ struct buffer text = {0};
    char *start = NULL;
    va_list arguments;

    va_start(arguments, format);
    start = text_vformat(format, arguments);
    va_end(arguments);
    buffer_text(&text, start);
    free(start);
    buffer_text(&text, ": ");
    buffer_printable(&text, said, strlen(said), false);
    return error_set(err, code, "%s", text.data);
}

static void describe_nothing(void *closure, virErrorPtr error)
{
    (void)closure;
    (void)error;
}

/* If it fails, no events arrive any more: the job ends, and the host is to blame. */
static void *run_events(void *closure)
{
    (void)closure;
    while (virEventRunDefaultImpl() == 0)
        continue;
    log_error("libvirt's event loop ended: %s", virGetLastErrorMessage());
    _exit(1);
}

static int initialise_code;

/* The loop runs as long as the process: libvirt cannot unregister it. */
static void initialise(void)
{
    pthread_t thread;
    sigset_t all, before;

    virSetErrorFunc(NULL, describe_nothing);
    if (virInitialize() < 0 || virEventRegisterDefaultImpl() < 0) {
        initialise_code = -EIO;
        return;
    }
    /* Signals are handled by other threads. */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    initialise_code = -pthread_create(&thread, NULL, run_events, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (initialise_code == 0)
        pthread_detach(thread);
}

int connection_open(const char *uri, virConnectPtr *ret_connection, struct error **err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    virConnectPtr connection;
    struct pin pin;

    pthread_once(&once, initialise);
    if (initialise_code < 0)
        return connection_fail(err, initialise_code, "libvirt cannot be initialised");
    pin_to_first_cpu(&pin);
    connection = virConnectOpen(uri);
    pin_end(&pin);
    if (connection == NULL) {
        const virError *error = virGetLastError();

        if (error != NULL &&
            (error->code == VIR_ERR_NO_CONNECT || error->code == VIR_ERR_CONFIG_UNSUPPORTED))
            return connection_fail(err, -ENOENT,
                                   "libvirt has no QEMU driver for '%s': install the package "
                                   "libvirt-daemon-driver-qemu",
                                   uri);
        /* As root, the driver looks up its default user before it reads our configuration. */
        if (error != NULL && error->message != NULL && strstr(error->message, "libvirt-qemu"))
            return connection_fail(
                err, -ENOENT,
                "libvirt's QEMU driver requires a user 'libvirt-qemu' on this host when root uses "
                "it: install the package libvirt-daemon-system, or run as an ordinary user");
        return connection_fail(err, -EIO, "cannot open libvirt connection '%s'", uri);
    }
    *ret_connection = connection;
    return 0;
}
