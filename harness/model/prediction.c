/* SPDX-License-Identifier: Apache-2.0 */
/* Helper functions for predictions. */
#include "model/prediction.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "model/package_file.h"

char *prediction_product_version(const struct prediction *prediction)
{
    _cleanup_strv_ struct strv named = {0}, versions = {0};

    vec_foreach (part, &prediction->parts) {
        _cleanup_free_ char *name = NULL, *version = NULL, *arch = NULL;
        _cleanup_free_ char *both = NULL;

        /* Only what was digested as a package was installed under this name. */
        if (!part->checked || part->sha256[0] == '\0' ||
            (!package_file_deb(part->name, &name, &version, &arch) &&
             !package_file_rpm(part->name, &name, &version, &arch)))
            continue;
        both = text_format("%s %s", name, version);
        if (!strv_has(&named, both))
            strv_add(&named, both);
        if (!strv_has(&versions, version))
            strv_add(&versions, version);
    }
    return versions.count == 0   ? NULL
           : versions.count == 1 ? text_dup(versions.items[0])
                                 : strv_join(&named, ", ");
}

size_t prediction_count(const struct prediction *prediction, enum finding_severity severity)
{
    return finding_count(prediction->findings.items, prediction->findings.count, severity);
}

enum verdict prediction_verdict(const struct prediction *prediction)
{
    return finding_verdict(prediction->findings.items, prediction->findings.count,
                           prediction->state == PREDICTION_MADE && !prediction->cut, false);
}
