/* SPDX-License-Identifier: Apache-2.0 */
/* Internals of the hypervisor connection: libvirt's handle, events and last error. Internal to
 * guest/. */
#ifndef TS_GUEST_DOMAIN_CONNECTION_H
#define TS_GUEST_DOMAIN_CONNECTION_H

#include <libvirt/libvirt.h>
#include <stdbool.h>

struct error;
struct hypervisor;
struct watch;

/* Opens a connection, with libvirt's own error output disabled and its event loop running. */
int connection_open(const char *uri, virConnectPtr *ret_connection, struct error **err);

/* Sets `code` with libvirt's last message appended to the text. */
int connection_fail(struct error **err, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

enum { EVENTS_WATCHES = 2 }; /* guests of one hypervisor */

/* Updates a watch's facts from the events of the domain with this UUID, one event at a time. */
struct events;
int events_start(virConnectPtr connection, struct events **ret_events, struct error **err);
void events_watch(struct events *events, const char *uuid, struct watch *watch);
/* After it returns, no callback uses the watch (NULL: any). */
void events_unwatch(struct events *events, const struct watch *watch);
void events_stop(struct events *events);

virConnectPtr hypervisor_connection(const struct hypervisor *hypervisor);
struct events *hypervisor_events(const struct hypervisor *hypervisor);

/* Records a domain of a libvirt daemon, which outlives this process, so that a sweep can end it. */
int hypervisor_note_guest(const struct hypervisor *hypervisor, const char *uuid,
                          struct error **err);

#endif
