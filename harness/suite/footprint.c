/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the differences that the guest printed, and decides which of them are a fault of the
 * product when it has been uninstalled. */
#include "suite/footprint.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "model/bounds.h"
#include "suite/facts.h"

enum { NAME_MAX_BYTES = 700, REASON_BYTES = 1500, DETAIL_SHOWN = 100 };

#define BIT(change) (1u << (change))

/* Which differences are faults when they are left. Not: what the kernel loads by itself and only a
 * restart unloads; what the product did at an earlier time (a crash, a denial, the taint), which is
 * judged elsewhere; a port that is no longer open. */
static const unsigned faults[FOOTPRINT_KIND_COUNT] = {
    [FOOTPRINT_FILE] = BIT(FOOTPRINT_NEW),
    [FOOTPRINT_OS_FILE] = BIT(FOOTPRINT_CHANGED) | BIT(FOOTPRINT_GONE),
    [FOOTPRINT_UNIT] = BIT(FOOTPRINT_NEW) | BIT(FOOTPRINT_CHANGED) | BIT(FOOTPRINT_GONE),
    [FOOTPRINT_ENABLED] = BIT(FOOTPRINT_NEW) | BIT(FOOTPRINT_CHANGED) | BIT(FOOTPRINT_GONE),
    [FOOTPRINT_ACTIVE] = BIT(FOOTPRINT_NEW),
    [FOOTPRINT_CRON] = BIT(FOOTPRINT_NEW) | BIT(FOOTPRINT_CHANGED) | BIT(FOOTPRINT_GONE),
    [FOOTPRINT_ALTERNATIVE] = BIT(FOOTPRINT_NEW) | BIT(FOOTPRINT_CHANGED) | BIT(FOOTPRINT_GONE),
    [FOOTPRINT_USER] = BIT(FOOTPRINT_NEW) | BIT(FOOTPRINT_CHANGED) | BIT(FOOTPRINT_GONE),
    [FOOTPRINT_GROUP] = BIT(FOOTPRINT_NEW) | BIT(FOOTPRINT_CHANGED) | BIT(FOOTPRINT_GONE),
    [FOOTPRINT_PORT] = BIT(FOOTPRINT_NEW),
    [FOOTPRINT_SYSCTL] = BIT(FOOTPRINT_CHANGED),
};

/* Files of a user: the cases run as root, and clients write histories there. */
static bool is_home(const char *path)
{
    return text_starts(path, "/root/") || text_starts(path, "/home/");
}

static bool is_fault(enum footprint_kind kind, enum footprint_change change, const char *name,
                     const char *detail)
{
    if (kind == FOOTPRINT_MODULE)
        return change == FOOTPRINT_NEW && strcmp(detail, "out-of-tree") == 0;
    if (kind == FOOTPRINT_FILE && is_home(name))
        return false;
    return (faults[kind] & BIT(change)) != 0;
}

static const char *find_allowed(const struct suite *suite, enum footprint_kind kind,
                                const char *name)
{
    vec_foreach (leftover, &suite->leftovers)
        if (leftover->kind == kind && fnmatch(leftover->pattern, name, FNM_NOESCAPE) == 0)
            return leftover->reason;
    return NULL;
}

static char *printable(const char *text)
{
    struct buffer shown = {0};

    buffer_printable(&shown, text, strnlen(text, NAME_MAX_BYTES), false);
    return shown.length > 0 ? buffer_steal(&shown) : NULL;
}

static struct footprint_entry *find_entry(struct footprint *footprint, enum footprint_kind kind,
                                          enum footprint_change change, const char *name)
{
    vec_foreach (entry, &footprint->entries)
        if (entry->kind == kind && entry->change == change && strcmp(entry->name, name) == 0)
            return entry;
    return NULL;
}

static void add_entry(struct footprint *footprint, enum footprint_phase phase,
                      const struct fact *line, const struct suite *suite)
{
    const char *raw = fact_field(line, 1), *detail = fact_field(line, 2);
    _cleanup_free_ char *name = printable(raw);
    enum footprint_kind kind;
    enum footprint_change change;
    struct footprint_entry *entry;
    const char *allowed;

    if (!footprint_kind_parse(line->kind, &kind) ||
        !footprint_change_parse(fact_field(line, 0), &change) || name == NULL)
        return;
    entry = find_entry(footprint, kind, change, name);
    if (entry == NULL) {
        if (footprint->entries.count >= BOUND_FOOTPRINT)
            return;
        entry = vec_add(&footprint->entries);
        entry->kind = kind;
        entry->change = change;
        entry->name = steal_ptr(name);
        entry->since = phase;
    }
    free(entry->detail);
    entry->detail = printable(detail);
    entry->left |= phase == FOOTPRINT_UNINSTALLED;
    allowed = find_allowed(suite, kind, raw);
    entry->fault = is_fault(kind, change, raw, detail) && allowed == NULL;
    text_replace(&entry->allowed, allowed);
}

static bool is_entry(const struct fact *line)
{
    enum footprint_kind kind;
    enum footprint_change change;

    return footprint_kind_parse(line->kind, &kind) &&
           footprint_change_parse(fact_field(line, 0), &change) && *fact_field(line, 1) != '\0';
}

/* The first line is the head, the last one the end, which gives the number of those between. */
static int check(const struct facts *lines, uint64_t ret_numbers[4], struct error **err)
{
    const struct fact *head = lines->count > 0 ? &lines->items[0] : NULL;
    const struct fact *end = lines->count > 1 ? &lines->items[lines->count - 1] : NULL;
    size_t entries = 0;

    if (head == NULL || strcmp(head->kind, "footprint") != 0 ||
        strcmp(fact_field(head, 0), "1") != 0)
        return error_set(err, -EBADMSG, "the guest printed no footprint");
    if (end == NULL || strcmp(end->kind, "end") != 0)
        return error_set(err, -EBADMSG, "the footprint that the guest printed has no end");
    for (size_t i = 0; i < 4; i++)
        if (text_parse_u64(fact_field(end, i), "end", 0, UINT32_MAX, &ret_numbers[i], NULL) < 0)
            return error_set(err, -EBADMSG, "the end of the guest's footprint has no number %zu",
                             i + 1);
    for (size_t i = 1; i + 1 < lines->count; i++) {
        if (is_entry(&lines->items[i]))
            entries++;
        else if (strcmp(lines->items[i].kind, "incomplete") != 0)
            return error_set(err, -EBADMSG, "line %zu of the guest's footprint is not valid",
                             i + 1);
    }
    if (entries != ret_numbers[0])
        return error_set(err, -EBADMSG, "the guest's footprint has %zu of %llu lines", entries,
                         (unsigned long long)ret_numbers[0]);
    return 0;
}

static int compare(const void *left, const void *right)
{
    const struct footprint_entry *a = left, *b = right;

    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (strcmp(a->name, b->name) != 0)
        return strcmp(a->name, b->name);
    return a->change < b->change ? -1 : a->change > b->change;
}

static void add_problem(struct footprint *footprint, struct footprint_snapshot *snapshot,
                        const char *reason)
{
    snapshot->reason = printable(reason);
    footprint->state = FOOTPRINT_INCOMPLETE;
    if (footprint->reason == NULL)
        footprint->reason = text_dup(snapshot->reason);
}

static struct footprint_snapshot *begin(struct footprint *footprint, enum footprint_phase phase)
{
    struct footprint_snapshot *snapshot = vec_add(&footprint->snapshots);

    snapshot->phase = phase;
    footprint->version = FOOTPRINT_VERSION;
    if (footprint->state == FOOTPRINT_NONE)
        footprint->state = FOOTPRINT_TAKEN;
    return snapshot;
}

int footprint_read(const char *text, size_t length, enum footprint_phase phase,
                   const struct suite *suite, struct footprint *footprint, struct error **err)
{
    _cleanup_(facts_done) struct facts lines = {0};
    struct footprint_snapshot *snapshot;
    const struct fact *problem;
    uint64_t numbers[4];
    int code = facts_parse(text, length, &lines, err);

    if (code == 0)
        code = check(&lines, numbers, err);
    if (code < 0)
        return code;
    snapshot = begin(footprint, phase);
    snapshot->taken = true;
    snapshot->rows = (uint32_t)numbers[2];
    snapshot->duration_ms = (int64_t)numbers[3];
    for (size_t i = 1; i + 1 < lines.count; i++)
        if (is_entry(&lines.items[i]))
            add_entry(footprint, phase, &lines.items[i], suite);
    problem = facts_find(&lines, "incomplete");
    if (problem != NULL)
        add_problem(footprint, snapshot, fact_field(problem, 0));
    else if (numbers[1] > 0 || footprint->entries.count >= BOUND_FOOTPRINT)
        add_problem(footprint, snapshot, "there are more differences than are stored");
    if (footprint->entries.count > 1)
        qsort(footprint->entries.items, footprint->entries.count, sizeof(*footprint->entries.items),
              compare);
    return 0;
}

void footprint_miss(struct footprint *footprint, enum footprint_phase phase, const char *reason)
{
    add_problem(footprint, begin(footprint, phase), reason);
}

void footprint_find_changes(struct footprint *footprint)
{
    struct findings found = {0};

    vec_foreach (entry, &footprint->entries) {
        if (entry->kind != FOOTPRINT_OS_FILE)
            continue;
        finding_set_found(
            findings_add(&found, FINDING_OS_FILE_MODIFIED, entry->name, NULL, NULL, NULL),
            "%s; first seen %s%s",
            entry->change == FOOTPRINT_GONE ? "removed"
            : entry->detail != NULL         ? entry->detail
                                            : "changed",
            entry->since == FOOTPRINT_INSTALLED ? "after the installation"
            : entry->since == FOOTPRINT_SUITE   ? "after the suite's cases"
                                                : "after the uninstallation",
            footprint_find(footprint, FOOTPRINT_UNINSTALLED) == NULL ? ""
            : entry->left ? ", and still so after the uninstallation"
                          : ", undone by the uninstallation");
    }
    vec_foreach (row, &found.rows)
        finding_copy(vec_add(&footprint->findings), row);
    findings_done(&found);
}

static const char *describe_change(const struct footprint_entry *entry)
{
    return entry->change == FOOTPRINT_GONE      ? " is gone"
           : entry->change == FOOTPRINT_CHANGED ? " is changed"
                                                : "";
}

/* "left behind: user foo; file /opt/foo (folder, 3 inside); and 2 more" */
static char *describe_faults(const struct footprint *footprint)
{
    size_t count = footprint_count_faults(footprint), told = 0;
    struct buffer text = {0};

    buffer_text(&text, "left behind after the uninstallation: ");
    vec_foreach (entry, &footprint->entries) {
        if (!entry->left || !entry->fault)
            continue;
        if (text.length > REASON_BYTES) {
            buffer_format(&text, "; and %zu more", count - told);
            break;
        }
        buffer_format(&text, "%s%s %s%s", told++ > 0 ? "; " : "", footprint_kind_name(entry->kind),
                      entry->name, describe_change(entry));
        if (entry->detail != NULL)
            buffer_format(&text, " (%.*s)", DETAIL_SHOWN, entry->detail);
    }
    return buffer_steal(&text);
}

static void set_reason(struct case_result *row, enum status status, enum blame blame,
                       const char *reason)
{
    row->status = status;
    row->blame = blame;
    text_replace(&row->reason, reason);
}

void footprint_judge(const struct footprint *footprint, enum blame blame, struct case_result *row)
{
    const struct footprint_snapshot *last = NULL;
    _cleanup_free_ char *reason = NULL;

    if (!row->started || (row->status != STATUS_PASS && row->status != STATUS_FAIL))
        return;
    vec_foreach (snapshot, &footprint->snapshots)
        if (snapshot->phase == FOOTPRINT_UNINSTALLED)
            last = snapshot;
    if (footprint_count_faults(footprint) > 0) {
        _cleanup_free_ char *left = describe_faults(footprint);

        reason = text_format("%s%s%s", row->reason != NULL ? row->reason : "",
                             row->reason != NULL ? "; " : "", left);
        set_reason(row, STATUS_FAIL, row->status == STATUS_FAIL ? row->blame : BLAME_PRODUCT,
                   reason);
    } else if (row->status == STATUS_PASS && (last == NULL || last->reason != NULL)) {
        reason = text_format("what the uninstallation left behind is not known: %s",
                             last != NULL ? last->reason : "no snapshot was taken");
        set_reason(row, STATUS_MISS, blame, reason);
    }
}
