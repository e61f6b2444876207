/* SPDX-License-Identifier: Apache-2.0 */
#include "cell/staged_files.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "stage/stage.h"

int staged_files_add(struct session *session, const struct staged *staged, const char *folder,
                     struct payload *payload, struct error **err)
{
    _cleanup_buffer_ struct buffer list = {0};
    int code = 0;

    vec_foreach (package, &staged->packages) {
        _cleanup_free_ char *name = text_format("%s/%s", folder, package->file);

        buffer_format(&list, "%s  %s %s %s\n", package->sha256, package->name, package->version,
                      package->arch);
        code = payload_add_file(payload, name, package->path, 0644, err);
        if (code < 0)
            return code;
    }
    if (list.length > 0)
        session_add_evidence(session, folder, NULL, list.data, list.length);
    return 0;
}
