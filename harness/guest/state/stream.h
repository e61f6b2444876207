/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state of a domain of the embedded driver, moved through QEMU's own monitor: memory that is a
 * shared file stays there, and the stream has only what remains. A guest that maps such a file
 * privately starts without reading it. Sources: QEMU docs/devel/migration (x-ignore-shared);
 * qapi/migration.json.
 */
#ifndef TS_GUEST_STATE_STREAM_H
#define TS_GUEST_STATE_STREAM_H

#include <libvirt/libvirt.h>
#include <stdbool.h>
#include <stdint.h>

struct error;

/* True if the file was written by stream_save, false if by libvirt. */
bool stream_is(const char *file);

/* Writes the state of a paused domain. folder: for a socket, of a short path. -EIO. */
int stream_save(virDomainPtr domain, const char *folder, const char *file, struct error **err);

/* Reads the state into a paused domain that was started with -incoming defer. -EIO. */
int stream_load(virDomainPtr domain, const char *folder, const char *file, struct error **err);

#endif
