/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a version is in the ranges of an advisory (OSV schema, evaluation). */
#include <string.h>

#include "advisory/ecosystem.h"
#include "advisory/match.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"

#define NO_ORDER "its version, or one of the advisory, has no known order"

struct applying {
    enum version_order order;
    const char *version;
    const char *fixed; /* lowest version with the correction, above it */
    bool in, after;    /* it is affected; it is beyond a correction */
    bool unordered;
};

static int compare(struct applying *applying, const char *a, const char *b)
{
    int result = 0;

    /* "0" is before every version. */
    if (strcmp(a, "0") == 0 || strcmp(b, "0") == 0)
        return strcmp(a, b) == 0 ? 0 : strcmp(a, "0") == 0 ? -1 : 1;
    if (!version_compare(applying->order, a, b, &result))
        applying->unordered = true;
    return result;
}

static const char *event(const json_t *row, const char *kind)
{
    const char *have = json_string_value(json_array_get(row, 0));

    return text_equal(have, kind) ? json_string_value(json_array_get(row, 1)) : NULL;
}

/* The latest introduction at or before the version; NULL: none. */
static const char *introduced(struct applying *applying, const json_t *range)
{
    const char *latest = NULL;
    const json_t *row;
    size_t i;

    json_array_foreach(range, i, row)
    {
        const char *at = event(row, "introduced");

        if (at != NULL && compare(applying, at, applying->version) <= 0 &&
            (latest == NULL || compare(applying, latest, at) < 0))
            latest = at;
    }
    return latest;
}

static void apply_range(struct applying *applying, const json_t *range)
{
    const char *start = introduced(applying, range);
    bool in = start != NULL;
    const json_t *row;
    size_t i;

    json_array_foreach(range, i, row)
    {
        const char *fixed = event(row, "fixed"), *last = event(row, "last_affected");

        if (fixed != NULL && compare(applying, fixed, applying->version) <= 0) {
            applying->after = true;
            if (start != NULL && compare(applying, start, fixed) < 0)
                in = false;
        } else if (fixed != NULL && start != NULL &&
                   (applying->fixed == NULL || compare(applying, fixed, applying->fixed) < 0)) {
            applying->fixed = fixed;
        }
        if (last != NULL && start != NULL && compare(applying, last, applying->version) < 0 &&
            compare(applying, start, last) <= 0)
            in = false;
    }
    applying->in |= in;
}

static bool is_listed(struct applying *applying, const json_t *versions)
{
    const json_t *row;
    size_t i;

    json_array_foreach(versions, i, row)
    {
        const char *text = json_string_value(row);
        int result = 1;

        if (text_equal(text, applying->version) ||
            (text != NULL && version_compare(applying->order, text, applying->version, &result) &&
             result == 0))
            return true;
    }
    return false;
}

enum vulnerability_state advisory_apply(const char *rules, const char *ecosystem,
                                        const char *version, char **ret_fixed,
                                        const char **ret_reason)
{
    _cleanup_json_ json_t *json = json_loads(rules, 0, NULL);
    const char *says = json_string_value(json_object_get(json, "says"));
    struct applying applying = {.order = ecosystem_order(ecosystem), .version = version};
    const json_t *range, *ranges = json_object_get(json, "ranges");
    bool listed;
    size_t i;

    *ret_fixed = NULL;
    *ret_reason = "its version is not stated";
    if (version == NULL)
        return VULNERABILITY_UNKNOWN;
    listed = is_listed(&applying, json_object_get(json, "versions"));
    json_array_foreach(ranges, i, range) apply_range(&applying, range);
    *ret_reason = applying.unordered ? NO_ORDER : "the advisory has a range that is not understood";
    if (!listed && (applying.unordered || json_is_true(json_object_get(json, "unread"))))
        return VULNERABILITY_UNKNOWN;
    *ret_reason = NULL;
    if (!listed && !applying.in)
        return applying.after && text_equal(says, "affected") ? VULNERABILITY_FIXED
                                                              : VULNERABILITY_NONE;
    *ret_fixed = text_dup(applying.fixed);
    if (text_equal(says, "affected"))
        return VULNERABILITY_AFFECTED;
    *ret_reason = "the vendor is investigating";
    if (text_equal(says, "open"))
        return VULNERABILITY_UNKNOWN;
    *ret_reason = "the vendor says so";
    return VULNERABILITY_NOT_AFFECTED;
}
