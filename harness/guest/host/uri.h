/* SPDX-License-Identifier: Apache-2.0 */
/* Checks libvirt URIs. Independent of libvirt, so that touchstone can check the option without
 * linking it. */
#ifndef TS_GUEST_HOST_URI_H
#define TS_GUEST_HOST_URI_H

struct error;

#define URI_EMBED "qemu:///embed"

/* -ENOTSUP, with what to use instead, for anything except the embedded driver and this host's
 * daemons. */
int uri_check(const char *uri, struct error **err);

#endif
