/* SPDX-License-Identifier: Apache-2.0 */
/* The supported libvirt URIs. */
#include "guest/host/uri.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"

int uri_check(const char *uri, struct error **err)
{
    if (text_equal(uri, URI_EMBED) || text_equal(uri, "qemu:///session") ||
        text_equal(uri, "qemu:///system"))
        return 0;
    if (strstr(uri, "://") != NULL && strstr(uri, ":///") == NULL)
        return error_set(err, -ENOTSUP,
                         "libvirt URI '%s' is on another host, whose disks this one cannot write: "
                         "run touchstone there, or use " URI_EMBED ", qemu:///session or "
                         "qemu:///system",
                         uri);
    return error_set(err, -ENOTSUP,
                     "libvirt URI '%s' is not supported: use " URI_EMBED
                     ", qemu:///session or qemu:///system",
                     uri);
}
