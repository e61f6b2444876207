/* SPDX-License-Identifier: Apache-2.0 */
/* Destroys a domain whose process died. */
#include "guest/domain/domain.h"

#include <errno.h>
#include <stddef.h>

#include "guest/domain/connection.h"

int domain_end(const char *uri, const char *uuid, struct error **err)
{
    virConnectPtr connection;
    virDomainPtr domain;
    int code = connection_open(uri, &connection, err);

    if (code < 0)
        return code;
    domain = virDomainLookupByUUIDString(connection, uuid);
    if (domain != NULL && virDomainDestroy(domain) < 0 && virDomainIsActive(domain) == 1)
        code = connection_fail(err, -EIO, "cannot end domain %s of %s", uuid, uri);
    if (domain != NULL)
        virDomainFree(domain);
    virConnectClose(connection);
    return code;
}
