/* SPDX-License-Identifier: Apache-2.0 */
/* Advisories of both formats, and what their rules say of versions. */
#include <stdlib.h>

#include "advisory/match.h"
#include "advisory/read.h"
#include "base/cleanup.h"
#include "base/json.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const versions[] = {"1.0", "1:2.0-1.oc9", "v1.2.3-rc.1+x", "x"};
    _cleanup_(advisories_done) struct advisories list = {0};
    _cleanup_json_ json_t *json = NULL;

    if (json_parse((const char *)data, size, "it", &json, NULL) < 0)
        return 0;
    advisory_read(json, "it", &list, NULL);
    vec_foreach (advisory, &list)
        vec_foreach (package, &advisory->packages)
            for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
                _cleanup_free_ char *fixed = NULL;
                const char *reason = NULL;

                if (advisory_apply(package->rules, package->ecosystem, versions[i], &fixed,
                                   &reason) >= VULNERABILITY_STATE_COUNT)
                    abort();
            }
    return 0;
}
