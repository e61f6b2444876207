/* SPDX-License-Identifier: Apache-2.0 */
#include "abi/check/script_place.h"

#include <string.h>

#include "abi/check/needs.h"
#include "abi/surface/remedy.h"
#include "base/cleanup.h"
#include "base/text.h"

bool script_is_helper(const char *path)
{
    return strstr(path, "/dist-packages/") != NULL || strstr(path, "/site-packages/") != NULL ||
           text_starts(path, "/usr/share/") || text_starts(path, "/etc/sv/");
}

bool script_is_scriptlet(const char *path)
{
    return strstr(path, "(%") != NULL || text_starts(path, "/RPM/") ||
           strstr(path, "/DEBIAN/") != NULL;
}

bool script_stops_installation(const char *path)
{
    return text_ends(path, "/DEBIAN/preinst") || text_ends(path, "/DEBIAN/postinst") ||
           text_equal(path, "/RPM/prein") || text_equal(path, "/RPM/pretrans");
}

void script_set_remedy(struct finding *row, const struct needs *needs, const char *name)
{
    _cleanup_free_ char *remedy = remedy_text(needs->world->layers[LAYER_IMAGE], name);

    if (remedy != NULL)
        finding_set_remedy(row, "%s", remedy);
}
