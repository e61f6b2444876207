/* SPDX-License-Identifier: Apache-2.0 */
/* Operations on a domain of a libvirt daemon that need no guest object. */
#ifndef TS_GUEST_DOMAIN_DOMAIN_H
#define TS_GUEST_DOMAIN_DOMAIN_H

struct error;

/* Destroys the domain. One that does not exist is not an error. */
int domain_end(const char *uri, const char *uuid, struct error **err);

#endif
