/* SPDX-License-Identifier: Apache-2.0 */
/* libvirt URIs that guests can be run on; apart from libvirt, so that an option is checked without
 * it. */
#ifndef TS_GUEST_HOST_URI_H
#define TS_GUEST_HOST_URI_H

struct error;

#define URI_EMBED "qemu:///embed"

/* -ENOTSUP, with what to use, for any other than the embedded driver and this host's daemons. */
int uri_check(const char *uri, struct error **err);

#endif
