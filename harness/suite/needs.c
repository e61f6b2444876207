/* SPDX-License-Identifier: Apache-2.0 */
/* Checks a case's needs, one kind after the other; the first unmet need gives the reason for
 * skipping. */
#include "suite/needs.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

static bool refuse(struct case_result *row, bool gap, char *reason)
{
    free(row->reason);
    row->status = STATUS_SKIP;
    row->blame = BLAME_NONE;
    row->reason = reason;
    row->gap = gap;
    row->started = false;
    row->exit_code = -1;
    return false;
}

static bool feature_met(const char *feature, const struct platform *platform,
                        const struct strv *features, struct case_result *row)
{
    bool gap = strv_has(&platform->has, feature);

    if (strv_has(features, feature))
        return true;
    return refuse(
        row, gap,
        gap ? text_format("gap: needs CPU feature '%s', which %s has and this guest lacks", feature,
                          platform->part)
            : text_format("needs CPU feature '%s', which this guest lacks", feature));
}

static bool case_met(const char *id, struct result *so_far, struct case_result *row)
{
    const struct case_result *earlier = result_find_case(so_far, id);

    if (earlier != NULL && earlier != row &&
        (earlier->status == STATUS_PASS || case_is_restored(earlier)))
        return true;
    if (earlier == NULL || earlier == row)
        return refuse(row, false, text_format("needs case '%s', which has not run", id));
    return refuse(row, earlier->status == STATUS_SKIP && earlier->gap,
                  text_format("needs case '%s', which is %s", id, status_name(earlier->status)));
}

static bool arch_met(const char *name, const struct platform *platform, struct case_result *row)
{
    enum arch arch;

    if (arch_parse(name, &arch) && arch == platform->arch)
        return true;
    return refuse(row, false,
                  text_format("is for %s, this guest is %s", name, arch_name(platform->arch)));
}

bool needs_met(const struct suite_case *suite_case, const struct platform *platform,
               const struct strv *features, struct result *so_far, struct case_result *row)
{
    vec_foreach (need, &suite_case->needs) {
        bool met = false;

        switch (need->kind) {
        case NEED_CASE:
            met = case_met(need->value, so_far, row);
            break;
        case NEED_FEATURE:
            met = feature_met(need->value, platform, features, row);
            break;
        case NEED_ARCH:
            met = arch_met(need->value, platform, row);
            break;
        }
        if (!met)
            return false;
    }
    return true;
}
