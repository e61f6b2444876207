/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hypervisor as the rest of this room sees it: libvirt's handle, its events, its last error.
 * Only files of guest/ include this.
 */
#ifndef TS_GUEST_DOMAIN_CONNECTION_H
#define TS_GUEST_DOMAIN_CONNECTION_H

#include <libvirt/libvirt.h>
#include <stdbool.h>

struct error;
struct hypervisor;
struct watch;

/* Opens a connection with libvirt kept quiet and its event loop running. */
int connection_open(const char *uri, virConnectPtr *ret_connection, struct error **err);

/* code with libvirt's last message behind the text. */
int connection_fail(struct error **err, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Events of the domain with this UUID change a watch's facts; one at a time. */
struct events;
int events_start(virConnectPtr connection, struct events **ret_events, struct error **err);
void events_watch(struct events *events, const char *uuid, struct watch *watch);
/* When it returns, no callback touches the watch any more. */
void events_unwatch(struct events *events);
void events_stop(struct events *events);

virConnectPtr hypervisor_connection(const struct hypervisor *hypervisor);
struct events *hypervisor_events(const struct hypervisor *hypervisor);
bool hypervisor_is_embed(const struct hypervisor *hypervisor);

/* A daemon's domain outlives this process: notes it for a sweep. */
int hypervisor_note_guest(const struct hypervisor *hypervisor, const char *uuid,
                          struct error **err);

#endif
