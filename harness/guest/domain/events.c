/* SPDX-License-Identifier: Apache-2.0 */
/* Converts events of libvirt and QEMU into a watch's facts. */
#include <errno.h>
#include <libvirt/libvirt-qemu.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "guest/domain/connection.h"
#include "guest/watch/watch.h"

#define CALLBACKS 4

struct events {
    virConnectPtr connection;
    int callbacks[CALLBACKS]; /* < 0: not registered */
    int shutdown_callback;
    atomic_int references; /* our own, and one for each registered callback */
    pthread_mutex_t lock;
    struct watched {
        struct watch *watch; /* NULL: free */
        char uuid[VIR_UUID_STRING_BUFLEN];
    } watched[EVENTS_WATCHES]; /* events of other domains are ignored */
};

/* Returns the watch for this event with its facts locked, or NULL. */
static struct watch *begin(struct events *events, virDomainPtr domain)
{
    char uuid[VIR_UUID_STRING_BUFLEN];

    if (virDomainGetUUIDString(domain, uuid) < 0)
        return NULL;
    pthread_mutex_lock(&events->lock);
    for (size_t i = 0; i < EVENTS_WATCHES; i++) {
        struct watched *watched = &events->watched[i];

        if (watched->watch != NULL && strcmp(uuid, watched->uuid) == 0) {
            watch_lock(watched->watch);
            return watched->watch;
        }
    }
    pthread_mutex_unlock(&events->lock);
    return NULL;
}

static void end(struct events *events, struct watch *watch)
{
    watch_unlock_changed(watch);
    pthread_mutex_unlock(&events->lock);
}

static int on_lifecycle(virConnectPtr connection, virDomainPtr domain, int event, int detail,
                        void *closure)
{
    struct watch *watch = begin(closure, domain);

    (void)connection;
    (void)detail;
    if (watch == NULL)
        return 0;
    if (event == VIR_DOMAIN_EVENT_STOPPED)
        watch->facts.stopped = true;
    else if (event == VIR_DOMAIN_EVENT_CRASHED)
        watch->facts.panic_device = true;
    end(closure, watch);
    return 0;
}

static void on_agent(virConnectPtr connection, virDomainPtr domain, int state, int reason,
                     void *closure)
{
    struct watch *watch = begin(closure, domain);

    (void)connection;
    (void)reason;
    if (watch == NULL)
        return;
    if (watch->facts.agent_connected)
        watch->facts.agent_drops++;
    watch->facts.agent_connected =
        state == VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_STATE_CONNECTED;
    watch->facts.agent_seen = watch->facts.agent_seen || watch->facts.agent_connected;
    end(closure, watch);
}

/* A failure of the host's disk that backs one of the guest's: if it is full, QEMU pauses the guest;
 * otherwise it reports the error to the guest, which may survive it. */
static void on_io_error(virConnectPtr connection, virDomainPtr domain, const char *path,
                        const char *alias, int action, const char *reason, void *closure)
{
    struct events *events = closure;
    struct watch *watch = begin(events, domain);

    (void)connection;
    (void)alias;
    (void)action;
    if (watch == NULL)
        return;
    watch_unlock_changed(watch);
    watch_note_host(watch, "QEMU cannot read or write '%s': %s", path,
                    text_equal(reason, "enospc") ? "no space left on the host's file system"
                                                 : "I/O error");
    pthread_mutex_unlock(&events->lock);
}

/* libvirt's connection to QEMU's monitor. */
static void on_control_error(virConnectPtr connection, virDomainPtr domain, void *closure)
{
    struct events *events = closure;
    struct watch *watch = begin(events, domain);

    (void)connection;
    if (watch == NULL)
        return;
    watch_unlock_changed(watch);
    watch_note_host(watch, "libvirt has lost QEMU's monitor");
    pthread_mutex_unlock(&events->lock);
}

/* ShutdownCause of QEMU's qapi/run-state.json. */
static enum watch_shutdown shutdown_of(const char *reason)
{
    if (text_equal(reason, "guest-reset"))
        return WATCH_GUEST_RESET;
    if (text_equal(reason, "guest-shutdown"))
        return WATCH_GUEST_SHUTDOWN;
    if (text_equal(reason, "guest-panic"))
        return WATCH_GUEST_PANIC;
    return WATCH_HOST;
}

static void on_shutdown(virConnectPtr connection, virDomainPtr domain, const char *event,
                        long long seconds, unsigned micros, const char *details, void *closure)
{
    _cleanup_json_ json_t *json = NULL;
    const char *reason = NULL;
    struct watch *watch;

    (void)connection;
    (void)event;
    (void)seconds;
    (void)micros;
    if (details != NULL && json_parse(details, strlen(details), "QEMU's event", &json, NULL) == 0)
        reason = json_string_value(json_object_get(json, "reason"));
    watch = begin(closure, domain);
    if (watch == NULL)
        return;
    if (watch->facts.shutdown == WATCH_NO_SHUTDOWN)
        watch->facts.shutdown = shutdown_of(reason);
    end(closure, watch);
}

/* libvirt calls this for each callback when it will not be called again. */
static void release(void *closure)
{
    struct events *events = closure;

    if (atomic_fetch_sub(&events->references, 1) > 1)
        return;
    pthread_mutex_destroy(&events->lock);
    free(events);
}

static int registered(struct events *events, int callback)
{
    if (callback >= 0)
        atomic_fetch_add(&events->references, 1);
    return callback;
}

int events_start(virConnectPtr connection, struct events **ret_events, struct error **err)
{
    static const struct {
        int id;
        virConnectDomainEventGenericCallback callback;
    } kinds[CALLBACKS] = {
        {VIR_DOMAIN_EVENT_ID_LIFECYCLE, VIR_DOMAIN_EVENT_CALLBACK(on_lifecycle)},
        {VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE, VIR_DOMAIN_EVENT_CALLBACK(on_agent)},
        {VIR_DOMAIN_EVENT_ID_IO_ERROR_REASON, VIR_DOMAIN_EVENT_CALLBACK(on_io_error)},
        {VIR_DOMAIN_EVENT_ID_CONTROL_ERROR, VIR_DOMAIN_EVENT_CALLBACK(on_control_error)},
    };
    struct events *events = text_calloc(1, sizeof(*events));
    bool failed = false;

    *events = (struct events){.connection = connection, .references = 1};
    pthread_mutex_init(&events->lock, NULL);
    for (size_t i = 0; i < CALLBACKS; i++) {
        events->callbacks[i] = registered(
            events, virConnectDomainEventRegisterAny(connection, NULL, kinds[i].id,
                                                     kinds[i].callback, events, release));
        failed |= events->callbacks[i] < 0;
    }
    events->shutdown_callback =
        registered(events, virConnectDomainQemuMonitorEventRegister(
                               connection, NULL, "SHUTDOWN", on_shutdown, events, release, 0));
    if (failed || events->shutdown_callback < 0) {
        events_stop(events);
        return connection_fail(err, -EIO, "cannot listen to libvirt's events");
    }
    *ret_events = events;
    return 0;
}

void events_watch(struct events *events, const char *uuid, struct watch *watch)
{
    pthread_mutex_lock(&events->lock);
    for (size_t i = 0; i < EVENTS_WATCHES; i++) {
        struct watched *watched = &events->watched[i];

        if (watched->watch != NULL)
            continue;
        memccpy(watched->uuid, uuid, '\0', sizeof(watched->uuid));
        watched->watch = watch;
        break;
    }
    pthread_mutex_unlock(&events->lock);
}

void events_unwatch(struct events *events, const struct watch *watch)
{
    pthread_mutex_lock(&events->lock);
    for (size_t i = 0; i < EVENTS_WATCHES; i++)
        if (events->watched[i].watch == watch || watch == NULL)
            events->watched[i].watch = NULL;
    pthread_mutex_unlock(&events->lock);
}

void events_stop(struct events *events)
{
    if (events == NULL)
        return;
    events_unwatch(events, NULL);
    for (size_t i = 0; i < CALLBACKS; i++)
        if (events->callbacks[i] >= 0)
            virConnectDomainEventDeregisterAny(events->connection, events->callbacks[i]);
    if (events->shutdown_callback >= 0)
        virConnectDomainQemuMonitorEventDeregister(events->connection, events->shutdown_callback);
    release(events);
}
