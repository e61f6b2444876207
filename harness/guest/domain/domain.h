/* SPDX-License-Identifier: Apache-2.0 */
/* A domain of a libvirt daemon, apart from any guest that is held here. */
#ifndef TS_GUEST_DOMAIN_DOMAIN_H
#define TS_GUEST_DOMAIN_DOMAIN_H

struct error;

/* Ends it. One that is not there is ended. */
int domain_end(const char *uri, const char *uuid, struct error **err);

#endif
