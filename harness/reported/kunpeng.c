/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The folder of the Kunpeng compatibility tool (gitee.com/openeuler/devkit-pipeline, component
 * CompatibilityTesting): log.json, which the tool makes of the folder data/ of its logs.
 *
 * Its logs prove less than log.json says, so each item has a row in kunpeng_items.c: the logs that
 * must be there, what they must contain, and why "passed" is not PASS. Its gate only looks for
 * "failed", and it writes "skipped" when a log is missing, so "skipped" without the log is MISS.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "reported/kunpeng.h"
#include "reported/report.h"

enum { ITEMS_MAX = 1000 };

static const char what[] = "log.json";

static bool is_log_json(const char *name)
{
    return strcmp(name, "log.json") == 0 || text_ends(name, "/log.json");
}

static const struct tool_item *find_item(const char *id)
{
    for (size_t i = 0; i < kunpeng_item_count; i++)
        if (strcmp(kunpeng_items[i].id, id) == 0)
            return &kunpeng_items[i];
    return NULL;
}

/* Takes ownership of the reason. */
static int add(const struct kunpeng *in, const struct tool_item *item, const char *id,
               enum status status, char *reason, const char *raw, struct error **err)
{
    _cleanup_free_ char *owned = reason;
    struct reported_case *row = NULL;
    int code = reported_add_case(in->report, id, status, owned, raw, &row, err);

    if (code == 0 && item != NULL) {
        row->item = item->item;
        row->optional = item->asked;
    }
    return code;
}

static int add_passed(const struct kunpeng *in, const struct tool_item *item, const char *id,
                      struct error **err)
{
    _cleanup_free_ char *missing = kunpeng_missing_log(in, item),
                        *failed = kunpeng_failed_functions(in, item);

    if (missing != NULL)
        return add(in, item, id, STATUS_MISS,
                   text_format("the tool says 'passed', but %s", missing), "passed", err);
    if (failed != NULL)
        return add(in, item, id, STATUS_MISS,
                   text_format("the tool says 'passed', but its log counts failures: %s", failed),
                   "passed", err);
    return add(in, item, id, item->gap != NULL ? STATUS_DONE : STATUS_PASS,
               item->gap != NULL ? text_format("not judged: %s", item->gap) : NULL, "passed", err);
}

static int add_skipped(const struct kunpeng *in, const struct tool_item *item, const char *id,
                       const char *reason, struct error **err)
{
    _cleanup_free_ char *missing = kunpeng_missing_log(in, item);

    if (missing != NULL)
        return add(in, item, id, STATUS_MISS,
                   text_format("the tool says 'skipped' when a log is missing: %s%s%s", missing,
                               *reason != '\0' ? "; " : "", reason),
                   "skipped", err);
    return add(in, item, id, STATUS_SKIP, text_dup(*reason != '\0' ? reason : "no reason given"),
               "skipped", err);
}

static int add_item(const struct kunpeng *in, const json_t *entry, struct error **err)
{
    const char *id = json_string_value(json_object_get(entry, "id"));
    const char *result = json_string_value(json_object_get(entry, "result"));
    const char *reason = json_string_value(json_object_get(entry, "reason"));
    const struct tool_item *item = id != NULL ? find_item(id) : NULL;

    if (id == NULL || *id == '\0')
        return error_set(err, -EBADMSG, "%s: an item has no 'id'", what);
    reason = reason != NULL ? reason : "";
    if (result == NULL)
        return add(in, item, id, STATUS_MISS, text_dup("the tool gives no result"), NULL, err);
    if (strcmp(result, "failed") == 0 && (item == NULL || !item->no_failure))
        return add(in, item, id, STATUS_FAIL,
                   text_dup(*reason != '\0' ? reason : "the tool says 'failed'"), result, err);
    if (strcmp(result, "failed") == 0)
        return add(in, item, id, STATUS_MISS,
                   text_format("the tool says 'failed', but %s%s%s", item->gap,
                               *reason != '\0' ? "; " : "", reason),
                   result, err);
    if (item == NULL)
        return add(
            in, item, id, STATUS_MISS,
            text_format("what the item checks is not known, so '%.40s' is not evidence", result),
            result, err);
    if (strcmp(result, "passed") == 0)
        return add_passed(in, item, id, err);
    if (strcmp(result, "skipped") == 0)
        return add_skipped(in, item, id, reason, err);
    return add(in, item, id, STATUS_MISS,
               text_format("'%.40s' is not a result of the tool", result), result, err);
}

/* Items that log.json does not list are not forgotten. */
static int add_absent(const struct kunpeng *in, struct error **err)
{
    for (size_t i = 0; i < kunpeng_item_count; i++) {
        bool listed = false;
        int code;

        vec_foreach (row, &in->report->cases)
            listed = listed || strcmp(row->name, kunpeng_items[i].id) == 0;
        if (listed)
            continue;
        code = add(in, &kunpeng_items[i], kunpeng_items[i].id,
                   kunpeng_items[i].asked ? STATUS_SKIP : STATUS_MISS,
                   text_dup(kunpeng_items[i].asked ? "not asked for: log.json does not list it"
                                                   : "log.json does not list it"),
                   NULL, err);
        if (code < 0)
            return code;
    }
    return 0;
}

static const struct reported_file *find_json(struct kunpeng *in, struct error **err)
{
    const struct reported_file *found = NULL;

    vec_foreach (file, &in->report->files) {
        if (!is_log_json(file->name))
            continue;
        if (found != NULL) {
            error_set(err, -EBADMSG, "there are two results, '%s' and '%s': give the folder of one",
                      found->name, file->name);
            return NULL;
        }
        found = file;
    }
    if (found == NULL)
        error_set(
            err, -EBADMSG,
            "there is no log.json: the tool makes it of log.tar.gz; unpack that beside it, so "
            "that the folder has log.json and data/");
    else
        in->base = text_ndup(found->name, strlen(found->name) - strlen(what));
    return found;
}

int reported_read_kunpeng(struct reported *report, struct error **err)
{
    struct kunpeng in = {.report = report};
    const struct reported_file *file = find_json(&in, err);
    _cleanup_free_ char *base = in.base;
    _cleanup_json_ json_t *root = NULL;
    json_t *entry;
    size_t i;
    int code;

    if (file == NULL)
        return -EBADMSG;
    code = json_parse(file->data.data != NULL ? file->data.data : "", file->data.length, what,
                      &root, err);
    if (code == 0 && (!json_is_array(root) || json_array_size(root) > ITEMS_MAX))
        code = error_set(err, -EBADMSG, "%s is not an array of at most %d items", what, ITEMS_MAX);
    if (code == 0 && json_array_size(root) == 0)
        code = error_set(err, -EBADMSG, "%s contains no item", what);
    json_array_foreach(root, i, entry)
    {
        if (code == 0)
            code = add_item(&in, entry, err);
    }
    if (code == 0)
        code = add_absent(&in, err);
    if (code == 0)
        kunpeng_read_facts(&in);
    return code;
}
