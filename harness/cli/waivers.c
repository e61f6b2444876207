/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/waivers.h"

#include "base/error.h"
#include "base/log.h"
#include "catalog/waivers.h"

static void warn(const char *path, const struct waivers *waivers)
{
    vec_foreach (waiver, &waivers->rows)
        if (waiver_has_expired(waivers, waiver))
            log_warning("%s:%u: the waiver of case '%s' of suite '%s' expired on %s (owner: %s)",
                        path, waiver->line, waiver->case_id, waiver->suite, waiver->until,
                        waiver->owner);
        else if (!waiver->used)
            log_warning(
                "%s:%u: the waiver of case '%s' of suite '%s' lets nothing pass: no cell of "
                "the run fails with signature %s; remove it if the failure is gone",
                path, waiver->line, waiver->case_id, waiver->suite, waiver->signature);
}

int waivers_apply(struct store *store, const char *path, struct matrix *matrix,
                  struct waivers *ret_waivers, struct error **err)
{
    int code;

    if (path == NULL)
        return 0;
    code = catalog_load_waivers(path, ret_waivers, err);
    if (code == 0)
        code = matrix_apply_waivers(store, ret_waivers, matrix, err);
    if (code == 0)
        warn(path, ret_waivers);
    return code;
}
