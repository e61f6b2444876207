/* SPDX-License-Identifier: Apache-2.0 */
/*
 * leapp-report.json of Leapp (github.com/oamg/leapp), report schemas 1.0 to 1.2: what stands
 * against the upgrade of a host in place. It lists problems only, so that nothing in it is a pass:
 * an inhibitor is FAIL, an actor that broke is ERROR, a high risk is DONE, and a report without an
 * inhibitor does not say which of its checks ran.
 */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "reported/report.h"

static const char what[] = "the Leapp report";

struct counts {
    size_t inhibitors, errors, high, others;
};

static const char *text_of(const json_t *entry, const char *key)
{
    const char *text = json_string_value(json_object_get(entry, key));

    return text != NULL ? text : "";
}

/* Since schema 1.2 they are groups, before they were flags. */
static bool has_group(const json_t *entry, const char *word)
{
    const char *const lists[] = {"groups", "flags"};
    const json_t *item;
    size_t i;

    for (int list = 0; list < 2; list++)
        json_array_foreach(json_object_get(entry, lists[list]), i, item)
        {
            if (text_equal(json_string_value(item), word))
                return true;
        }
    return false;
}

static int add_entry(struct reported *report, const json_t *entry, struct counts *counts,
                     struct error **err)
{
    const char *severity = text_of(entry, "severity"), *title = text_of(entry, "title");
    const char *key = text_of(entry, "key"), *summary = text_of(entry, "summary");
    bool inhibitor = has_group(entry, "inhibitor"), error = has_group(entry, "error");
    bool high = strcmp(severity, "high") == 0;
    _cleanup_free_ char *reason = NULL, *raw = NULL;
    struct reported_case *row = NULL;
    int code;

    if (!json_is_object(entry) || *title == '\0')
        return error_set(err, -EBADMSG, "%s: an entry has no 'title'", what);
    reported_take_time(report, text_of(entry, "timeStamp"), true);
    counts->inhibitors += inhibitor;
    counts->errors += error && !inhibitor;
    counts->high += high && !inhibitor && !error;
    if (!inhibitor && !error && !high) {
        counts->others++;
        return 0;
    }
    reason = text_format("%s%s: %s", inhibitor ? "" : "not judged: ", title, summary);
    raw = text_format("%s%s", severity, inhibitor ? " inhibitor" : error ? " error" : "");
    code = reported_add_case(report, title,
                             inhibitor ? STATUS_FAIL
                             : error   ? STATUS_ERROR
                                       : STATUS_DONE,
                             reason, raw, &row, err);
    if (code < 0)
        return code;
    /* Titles change from version to version, keys do not. */
    row->key = *key != '\0' ? text_format("leapp-%s", key) : NULL;
    row->item = ITEM_INSTALL;
    row->optional = !inhibitor && !error;
    return 0;
}

int reported_read_leapp(struct reported *report, struct error **err)
{
    const struct reported_file *file = &report->files.items[0];
    _cleanup_json_ json_t *root = NULL;
    _cleanup_free_ char *reason = NULL;
    struct reported_case *row = NULL;
    struct counts counts = {0};
    json_t *entries = NULL, *entry;
    const char *host = NULL;
    size_t i;
    int code = json_parse(file->data.data != NULL ? file->data.data : "", file->data.length, what,
                          &root, err);

    if (code == 0)
        code = json_get_array(root, what, "entries", REPORTED_CASES, &entries, err);
    json_array_foreach(entries, i, entry)
    {
        const char *name = text_of(entry, "hostname");

        if (code == 0 && host != NULL && strcmp(host, name) != 0)
            code =
                error_set(err, -EBADMSG,
                          "%s has entries of several hosts: give each as a file of its own", what);
        host = name;
        if (code == 0)
            code = add_entry(report, entry, &counts, err);
    }
    if (code < 0)
        return code;
    reason = counts.inhibitors > 0
                 ? text_format("%zu %s the upgrade", counts.inhibitors,
                               text_plural(counts.inhibitors, "inhibitor stops", "inhibitors stop"))
                 : text_dup("not judged: there is no inhibitor, but the report does not say which "
                            "checks ran");
    code =
        reported_add_case(report, "inhibitors", counts.inhibitors > 0 ? STATUS_FAIL : STATUS_DONE,
                          reason, NULL, &row, err);
    if (code < 0)
        return code;
    row->item = ITEM_INSTALL;
    if (host != NULL)
        reported_add_fact(report, "leapp.hostname", host);
    if (*text_of(root, "leapp_run_id") != '\0')
        reported_add_fact(report, "leapp.run", text_of(root, "leapp_run_id"));
    if (counts.others > 0)
        reported_add_gap(report,
                         "%zu of its entries are neither inhibitors nor high risks, and are "
                         "only in the file",
                         counts.others);
    reported_add_gap(report, "Leapp does not test the applications of the host");
    return 0;
}
