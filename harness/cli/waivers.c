/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/waivers.h"

#include "base/log.h"
#include "catalog/waivers.h"

void waivers_warn(const char *path, const struct waivers *waivers)
{
    vec_foreach (waiver, &waivers->rows)
        if (waiver_has_expired(waivers, waiver))
            log_warning("%s:%u: the waiver of case '%s' of suite '%s' expired on %s (owner: %s)",
                        path, waiver->line, waiver->case_id, waiver->suite, waiver->until,
                        waiver->owner);
        else if (!waiver->used)
            log_warning(
                "%s:%u: the waiver of case '%s' of suite '%s' lets nothing pass: no cell that it "
                "names is incompatible for a failure with signature %s that no waiver before it "
                "takes; remove it if the failure is gone",
                path, waiver->line, waiver->case_id, waiver->suite, waiver->signature);
}

int waivers_load(const char *path, struct waivers *ret_waivers, struct error **err)
{
    return path != NULL ? catalog_load_waivers(path, ret_waivers, err) : 0;
}
