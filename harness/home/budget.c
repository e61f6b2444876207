/* SPDX-License-Identifier: Apache-2.0 */
/* The budgets and the file that overrides them. */
#include "home/budget.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/path.h"
#include "base/text.h"

#define FILE_LIMIT 65536
#define GIB(n) (UINT64_C(n) << 30)

/* Evidence is never removed unless the user sets a limit. */
static const struct {
    const char *name, *title;
    uint64_t bytes;
} kinds[BUDGET_COUNT] = {
    [BUDGET_STATES] = {"states", "saved states", GIB(16)},
    [BUDGET_PRESERVED] = {"kept", "preserved guests", GIB(8)},
    [BUDGET_EVIDENCE] = {"evidence", "runs and their evidence", BUDGET_UNLIMITED},
};

const char *budget_name(enum budget_kind kind)
{
    return kinds[kind].name;
}

const char *budget_title(enum budget_kind kind)
{
    return kinds[kind].title;
}

int budget_parse(const char *text, uint64_t *ret_bytes, struct error **err)
{
    static const char letters[] = "KMGT";
    size_t length = text != NULL ? strlen(text) : 0;
    const char *letter = length > 0 ? strchr(letters, text[length - 1]) : NULL;
    unsigned shift = letter != NULL ? 10 * (unsigned)(letter - letters + 1) : 0;
    _cleanup_free_ char *digits = text_ndup(text != NULL ? text : "", length - (letter != NULL));
    uint64_t number = 0;

    if (text_equal(text, "unlimited")) {
        *ret_bytes = BUDGET_UNLIMITED;
        return 0;
    }
    if (text_parse_u64(digits, "size", 0, (UINT64_MAX - 1) >> shift, &number, NULL) < 0)
        return error_set(err, -EINVAL,
                         "'%s' is not a size: write bytes, or a number with K, M, G or T such as "
                         "'20G', or 'unlimited'",
                         text != NULL ? text : "");
    *ret_bytes = number << shift;
    return 0;
}

char *budget_format(uint64_t bytes)
{
    if (bytes == BUDGET_UNLIMITED)
        return text_dup("unlimited");
    if (bytes >= GIB(1))
        return text_format("%.1f GiB", (double)bytes / (double)GIB(1));
    return text_format("%.1f MiB", (double)bytes / (double)(1 << 20));
}

static int take(const char *path, const char *key, const json_t *value, struct budgets *budgets,
                struct error **err)
{
    _cleanup_buffer_ struct buffer known = {0};

    for (int kind = 0; kind < BUDGET_COUNT; kind++) {
        if (strcmp(key, kinds[kind].name) == 0)
            return budget_parse(json_string_value(value), &budgets->bytes[kind], err) < 0
                       ? error_prefix(err, "%s: '%s'", path, key)
                       : 0;
        buffer_format(&known, "%s%s", kind > 0 ? ", " : "", kinds[kind].name);
    }
    return error_set(err, -EBADMSG, "%s: unknown budget '%s': use one of %s", path, key,
                     known.data);
}

int budgets_read(const char *home, struct budgets *ret_budgets, struct error **err)
{
    _cleanup_free_ char *path = path_join(home, "budgets.json");
    _cleanup_json_ json_t *root = NULL;
    struct budgets budgets;
    const char *key;
    json_t *value;
    int code = 0;

    for (int kind = 0; kind < BUDGET_COUNT; kind++)
        budgets.bytes[kind] = kinds[kind].bytes;
    if (path_exists(path)) {
        code = json_read_file(path, FILE_LIMIT, &root, err);
        if (code == 0 && !json_is_object(root))
            code = error_set(err, -EBADMSG, "%s: it is not an object of sizes", path);
        if (code == 0)
            json_object_foreach(root, key, value)
            {
                code = take(path, key, value, &budgets, err);
                if (code < 0)
                    break;
            }
    }
    if (code == 0)
        *ret_budgets = budgets;
    return code;
}
