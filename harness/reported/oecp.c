/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report of oecp (gitee.com/openeuler/oecp), which compares the packages of a system with those
 * of an openEuler: all-rpm-report.csv, and the summaries beside it. Each row compares one package
 * in one respect. For the respect "rpm package name" the results are numbers: 1, 1.1 and 2 are the
 * same name and version, 3 is another version, 4 is missing in the system, 5 is only in it. What
 * has no counterpart was compared with nothing and is never a pass. oecp runs nothing: that
 * packages are alike says nothing about what they do.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "reported/csv.h"
#include "reported/report.h"

enum { LEVELS = 3 }; /* 0, 1 and 2 are promised; others are not */

#define NAME_TYPE "rpm package name"

/* What a whole comparison looks at (conf/plan/all.json). */
static const char *const respects[] = {NAME_TYPE,     "rpm provides", "rpm requires",
                                       "rpm files",   "rpm config",   "rpm abi",
                                       "rpm service", "kabi",         "kconfig"};
enum { RESPECTS = sizeof(respects) / sizeof(respects[0]) };

enum column { COL_RESULT, COL_TYPE, COL_LEVEL, COL_SAME, COL_MORE, COL_LESS, COL_DIFF, COL_COUNT };

struct oecp {
    struct reported *report;
    struct csv table;
    int columns[COL_COUNT], base, other;
    struct strv types; /* respects that have a row */
    bool levels[LEVELS];
    size_t alone, near, unlevelled;
};

static void oecp_done(struct oecp *oecp)
{
    csv_done(&oecp->table);
    strv_done(&oecp->types);
}

static const struct reported_file *find_file(const struct reported *report, const char *name)
{
    vec_foreach (file, &report->files) {
        const char *base = strrchr(file->name, '/');

        if (strcmp(base != NULL ? base + 1 : file->name, name) == 0)
            return file;
    }
    return NULL;
}

static const char *text_of(const struct reported_file *file)
{
    return file->data.data != NULL ? file->data.data : "";
}

/* --- the table ----------------------------------------------------------------------------- */

static int find_columns(struct oecp *oecp, struct error **err)
{
    static const char *const names[COL_COUNT] = {
        "compare result", "compare type", "category level", "same", "more", "less", "diff"};
    static const char package[] = " binary rpm package";
    const struct strv *head = &oecp->table.head;

    for (int i = 0; i < COL_COUNT; i++) {
        oecp->columns[i] = csv_column(&oecp->table, names[i]);
        if (oecp->columns[i] < 0)
            return error_set(err, -EBADMSG, "all-rpm-report.csv has no column '%s'", names[i]);
    }
    oecp->base = oecp->other = -1;
    for (size_t i = 0; i < head->count; i++)
        if (text_ends(head->items[i], package)) {
            oecp->other = oecp->base >= 0 ? (int)i : -1;
            oecp->base = oecp->base < 0 ? (int)i : oecp->base;
        }
    if (oecp->other < 0)
        return error_set(err, -EBADMSG,
                         "all-rpm-report.csv has not two columns '…%s': one of each side", package);
    for (int i = 0; i < 2; i++) {
        const char *name = head->items[i == 0 ? oecp->base : oecp->other];
        _cleanup_free_ char *side = text_ndup(name, strlen(name) - strlen(package));

        reported_add_fact(oecp->report, i == 0 ? "oecp.base" : "oecp.compared", side);
    }
    return 0;
}

static const char *field(const struct oecp *oecp, const struct strv *row, enum column column)
{
    return row->items[oecp->columns[column]];
}

/* A count; "N/A" and what is no number is 0. */
static unsigned long count_of(const struct oecp *oecp, const struct strv *row, enum column column)
{
    return strtoul(field(oecp, row, column), NULL, 10);
}

/* --- a row --------------------------------------------------------------------------------- */

static enum status name_status(struct oecp *oecp, const char *result, bool both,
                               const char **ret_reason)
{
    bool same = strcmp(result, "1") == 0 || strcmp(result, "1.0") == 0;
    bool near =
        strcmp(result, "1.1") == 0 || strcmp(result, "2") == 0 || strcmp(result, "2.0") == 0;

    if ((same || near) && !both) {
        *ret_reason = "it says that both have the package, but names only one";
        return STATUS_MISS;
    }
    if (same || near) {
        oecp->near += near;
        return STATUS_PASS;
    }
    if (strcmp(result, "3") == 0 || strcmp(result, "3.0") == 0) {
        *ret_reason = "the package has another version (3)";
        return STATUS_FAIL;
    }
    if (strcmp(result, "4") == 0 || strcmp(result, "4.0") == 0) {
        *ret_reason = "the package is missing (4)";
        return STATUS_FAIL;
    }
    if (strcmp(result, "5") == 0 || strcmp(result, "5.0") == 0) {
        oecp->alone++;
        *ret_reason = "not judged: the package is only in the compared system (5), and was "
                      "compared with nothing";
        return STATUS_DONE;
    }
    *ret_reason = "the result is not one of oecp";
    return STATUS_MISS;
}

/* "same" of nothing that was compared, or beside differences, is not the same. */
static enum status same_status(const struct oecp *oecp, const struct strv *row,
                               const char **ret_reason)
{
    unsigned long wrong = count_of(oecp, row, COL_DIFF) + count_of(oecp, row, COL_LESS);

    if (wrong > 0) {
        *ret_reason = "it says same, but counts differences";
        return STATUS_MISS;
    }
    if (count_of(oecp, row, COL_SAME) == 0) {
        *ret_reason = "not judged: it says same, but counts nothing that was compared";
        return STATUS_DONE;
    }
    return STATUS_PASS;
}

static enum status other_status(struct oecp *oecp, const struct strv *row, bool both,
                                const char **ret_reason)
{
    const char *result = field(oecp, row, COL_RESULT);

    if (!both && strcmp(result, "less") != 0) {
        oecp->alone++;
        *ret_reason = "not judged: only one of the two has it, so it was compared with nothing";
        return STATUS_DONE;
    }
    if (strcmp(result, "same") == 0 || strcmp(result, "100%") == 0)
        return same_status(oecp, row, ret_reason);
    if (strcmp(result, "more") == 0) {
        *ret_reason = "not judged: the compared system has more";
        return STATUS_DONE;
    }
    if (strcmp(result, "diff") == 0 || strcmp(result, "changed") == 0 ||
        strcmp(result, "less") == 0 || (*result != '\0' && text_ends(result, "%"))) {
        *ret_reason = "it differs";
        return STATUS_FAIL;
    }
    if (strcmp(result, "exception") == 0) {
        *ret_reason = "oecp could not compare it";
        return STATUS_ERROR;
    }
    *ret_reason = "the result is not one of oecp";
    return STATUS_MISS;
}

/* "redis" of "redis-4.0.11-19.oe1.aarch64.rpm", so that the next version is the same case. */
static char *package_name(const char *file)
{
    size_t length = strcspn(file, ",");

    for (int part = 0; part < 2; part++) {
        size_t at = length;

        while (at > 0 && file[at - 1] != '-')
            at--;
        if (at > 1)
            length = at - 1;
    }
    return text_ndup(file, length);
}

static void take_arch(struct reported *report, const char *file)
{
    _cleanup_free_ char *name = text_ndup(file, strcspn(file, ","));
    char *dot;

    if (report->has_arch || !text_ends(name, ".rpm"))
        return;
    name[strlen(name) - strlen(".rpm")] = '\0';
    dot = strrchr(name, '.');
    report->has_arch = dot != NULL && arch_parse(dot + 1, &report->arch);
}

static int add_row(struct oecp *oecp, const struct strv *row, size_t number, struct error **err)
{
    const char *base = row->items[oecp->base], *other = row->items[oecp->other];
    const char *type = field(oecp, row, COL_TYPE), *result = field(oecp, row, COL_RESULT);
    const char *level = field(oecp, row, COL_LEVEL), *reason = NULL;
    bool both = *base != '\0' && *other != '\0', is_name = strcmp(type, NAME_TYPE) == 0;
    _cleanup_free_ char *package = NULL, *name = NULL, *text = NULL, *counts = NULL;
    struct reported_case *to = NULL;
    enum status status;
    int code;

    if (*type == '\0' || (*base == '\0' && *other == '\0'))
        return error_set(err, -EBADMSG,
                         "all-rpm-report.csv: row %zu has no 'compare type' or no package", number);
    status =
        is_name ? name_status(oecp, result, both, &reason) : other_status(oecp, row, both, &reason);
    package = package_name(*other != '\0' ? other : base);
    name = text_format("%s/%s", package, type);
    counts = is_name ? text_dup("")
                     : text_format(": %lu same, %lu more, %lu less, %lu diff",
                                   count_of(oecp, row, COL_SAME), count_of(oecp, row, COL_MORE),
                                   count_of(oecp, row, COL_LESS), count_of(oecp, row, COL_DIFF));
    text = reason != NULL ? text_format("%s%s", reason, counts) : NULL;
    code = reported_add_case(oecp->report, name, status, text, result, &to, err);
    if (code < 0)
        return code;
    to->optional = *level >= '3' || (is_name && status == STATUS_DONE);
    to->item = is_name ? ITEM_INSTALL : ITEM_FUNCTION;
    oecp->unlevelled += *level == '\0';
    if (is_name && *level >= '0' && *level < '0' + LEVELS)
        oecp->levels[*level - '0'] = true;
    if (!strv_has(&oecp->types, type))
        strv_add(&oecp->types, type);
    take_arch(oecp->report, *other != '\0' ? other : base);
    return 0;
}

/* The first row explains the numbers. */
static bool is_explanation(const struct oecp *oecp, const struct strv *row)
{
    return *field(oecp, row, COL_TYPE) == '\0' && *field(oecp, row, COL_RESULT) == '\0' &&
           strstr(row->items[oecp->base], "explain") != NULL;
}

static int read_table(struct oecp *oecp, const struct reported_file *file, struct error **err)
{
    int code = csv_read(text_of(file), file->data.length, file->name, &oecp->table, err);

    if (code == 0)
        code = find_columns(oecp, err);
    for (size_t i = 0; code == 0 && i < oecp->table.rows.count; i++)
        if (i > 0 || !is_explanation(oecp, &oecp->table.rows.items[i]))
            code = add_row(oecp, &oecp->table.rows.items[i], i + 2, err);
    if (code == 0 && oecp->report->cases.count == 0)
        code = error_set(err, -EBADMSG, "'%s' has no row: nothing was compared", file->name);
    return code;
}

/* --- the summaries ------------------------------------------------------------------------- */

/* A similarity of what has no row cannot be checked: it is a case without a result. */
static int add_similarity(struct oecp *oecp, const char *name, const char *value,
                          struct error **err)
{
    _cleanup_free_ char *key = text_format("oecp.similarity.%s", name), *text = NULL, *row = NULL;
    bool known = false;

    reported_add_fact(oecp->report, key, value);
    for (size_t i = 0; i < RESPECTS; i++)
        known = known || strcmp(respects[i], name) == 0;
    if (!known || strv_has(&oecp->types, name))
        return 0;
    row = text_format("similarity/%s", name);
    text = text_format("a similarity of %s is given, but no row says of what", value);
    return reported_add_case(oecp->report, row, STATUS_MISS, text, value, NULL, err);
}

static int read_similarities(struct oecp *oecp, struct error **err)
{
    static const char name[] = "all-similarity-report.csv";
    const struct reported_file *file = find_file(oecp->report, name);
    _cleanup_(csv_done) struct csv table = {0};
    int code;

    if (file == NULL) {
        reported_add_gap(oecp->report, "it has no %s, which a run of oecp that ends writes", name);
        return 0;
    }
    code = csv_read(text_of(file), file->data.length, file->name, &table, err);
    if (code == 0 && table.rows.count != 1)
        code = error_set(err, -EBADMSG, "'%s' has %zu rows, not one", file->name, table.rows.count);
    for (size_t i = 0; code == 0 && i < table.head.count; i++)
        code = add_similarity(oecp, table.head.items[i], table.rows.items[0].items[i], err);
    return code;
}

/* What oecp concludes: a fact, and a failure if it is one. */
static int read_conclusion(struct oecp *oecp, struct error **err)
{
    const struct reported_file *file = find_file(oecp->report, "web_show_result.json");
    _cleanup_json_ json_t *root = NULL;
    const char *word;
    int code;

    if (file == NULL)
        return 0;
    code = json_parse(text_of(file), file->data.length, file->name, &root, err);
    word = code == 0 ? json_string_value(json_object_get(root, "total_result")) : NULL;
    if (code < 0 || word == NULL)
        return code;
    reported_add_fact(oecp->report, "oecp.conclusion", word);
    return strcmp(word, "PASS") == 0
               ? 0
               : reported_add_case(oecp->report, "conclusion", STATUS_FAIL,
                                   "oecp's own conclusion is not a pass", word, NULL, err);
}

static void add_gaps(const struct oecp *oecp)
{
    for (size_t i = 0; i < RESPECTS; i++)
        if (!strv_has(&oecp->types, respects[i]))
            reported_add_gap(oecp->report, "'%s' was not compared", respects[i]);
    for (int i = 0; i < LEVELS; i++)
        if (!oecp->levels[i])
            reported_add_gap(oecp->report, "no package of level %d was compared by name", i);
    if (oecp->alone > 0)
        reported_add_gap(oecp->report, "%zu of its rows compare a package with nothing",
                         oecp->alone);
    if (oecp->near > 0)
        reported_add_gap(oecp->report,
                         "%zu packages have another release or distributor (1.1, 2), which oecp "
                         "counts as the same",
                         oecp->near);
    if (oecp->unlevelled > 0)
        reported_add_gap(oecp->report, "%zu of its rows have no level and are required",
                         oecp->unlevelled);
    reported_add_gap(oecp->report, "oecp compares files and runs none of them");
}

int reported_read_oecp(struct reported *report, struct error **err)
{
    static const char name[] = "all-rpm-report.csv";
    const struct reported_file *file =
        report->folder ? find_file(report, name) : &report->files.items[0];
    _cleanup_(oecp_done) struct oecp oecp = {.report = report};
    size_t tables = 0;
    int code;

    if (file == NULL)
        return error_set(err, -EBADMSG, "it has no %s: give the folder of a report of oecp", name);
    vec_foreach (other, &report->files)
        tables += report->folder && text_ends(other->name, name);
    if (tables > 1)
        return error_set(err, -EBADMSG, "it has %zu files %s: give the folder of one report",
                         tables, name);
    code = read_table(&oecp, file, err);
    if (code == 0)
        code = read_similarities(&oecp, err);
    if (code == 0)
        code = read_conclusion(&oecp, err);
    if (code == 0)
        add_gaps(&oecp);
    return code;
}
