/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/waivers.h"

#include "base/cleanup.h"
#include "base/log.h"
#include "base/text.h"
#include "catalog/waivers.h"

/* "case 'x' of suite 'y'", "finding KIND of 'file' in suite 'y'"; caller frees. */
static char *name_of(const struct waiver *waiver)
{
    return waiver->case_id != NULL
               ? text_format("case '%s' of suite '%s'", waiver->case_id, waiver->suite)
               : text_format("finding %s of '%s'%s%s%s in suite '%s'", waiver->finding,
                             waiver->file != NULL ? waiver->file : "the product",
                             waiver->symbol != NULL ? " with symbol '" : "",
                             waiver->symbol != NULL ? waiver->symbol : "",
                             waiver->symbol != NULL ? "'" : "", waiver->suite);
}

static void warn_useless(const char *path, const struct waiver *waiver, const char *name)
{
    if (waiver->case_id != NULL)
        log_warning("%s:%u: the waiver of %s lets nothing pass: no cell that it names is "
                    "incompatible for a failure with signature %s that no waiver before it takes; "
                    "remove it if the failure is gone",
                    path, waiver->line, name, waiver->signature);
    else
        log_warning("%s:%u: the waiver of %s lets nothing pass: no conditional cell that it names "
                    "has this finding and no waiver before it takes it; remove it if the finding "
                    "is gone",
                    path, waiver->line, name);
}

void waivers_warn(const char *path, const struct waivers *waivers)
{
    vec_foreach (waiver, &waivers->rows) {
        _cleanup_free_ char *name = name_of(waiver);

        if (waiver_has_expired(waivers, waiver))
            log_warning("%s:%u: the waiver of %s expired on %s (owner: %s)", path, waiver->line,
                        name, waiver->until, waiver->owner);
        else if (!waiver->used)
            warn_useless(path, waiver, name);
    }
}

int waivers_load(const char *path, struct waivers *ret_waivers, struct error **err)
{
    return path != NULL ? catalog_load_waivers(path, ret_waivers, err) : 0;
}
