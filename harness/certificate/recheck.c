/* SPDX-License-Identifier: Apache-2.0 */
/* The document of a recheck: written and signed. */
#include "certificate/recheck.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/path.h"
#include "certificate/sums.h"
#include "model/member.h"

enum { TEXT_MAX = 64 << 10, ROWS_MAX = 100000, LIST_MAX = 100 };

#define TEXT(type, field, key, ...) MEMBER(type, field, TEXT, key, .limit = TEXT_MAX, __VA_ARGS__)
#define TEXT_NULL(type, field, key) TEXT(type, field, key, .flags = MEMBER_NULL)

static const struct member row_rows[] = {
    MEMBER(struct agree_row, kind, WORD, "kind", .words = &agree_kind_words),
    TEXT_NULL(struct agree_row, case_id, "case"),
    TEXT_NULL(struct agree_row, key, "key"),
    TEXT_NULL(struct agree_row, claimed, "certified"),
    TEXT_NULL(struct agree_row, replayed, "replayed"),
    TEXT_NULL(struct agree_row, why, "why"),
};
static const struct members row_members = MEMBERS(struct agree_row, row_rows);

static const struct member cell_rows[] = {
    TEXT(struct recheck_cell, image, "image", .good = text_is_name),
    TEXT(struct recheck_cell, platform, "platform", .good = text_is_name),
    MEMBER(struct recheck_cell, agreed.agreement, WORD, "result", .words = &agreement_words),
    MEMBER(struct recheck_cell, agreed.obstacle, WORD, "missing", .words = &obstacle_words),
    TEXT_NULL(struct recheck_cell, agreed.reason, "reason"),
    MEMBER(struct recheck_cell, agreed.certified, WORD, "certified_grade", .words = &grade_words,
           .flags = MEMBER_ABSENT),
    MEMBER(struct recheck_cell, agreed.here, WORD, "grade_here", .words = &grade_words,
           .flags = MEMBER_ABSENT),
    TEXT_NULL(struct recheck_cell, image_here, "image_here"),
    TEXT_NULL(struct recheck_cell, run, "run"),
    MEMBER(struct recheck_cell, agreed.cases, NUMBER, "cases", .max = INT64_MAX),
    MEMBER(struct recheck_cell, differs, TEXTS, "other_inputs", .limit = LIST_MAX),
    MEMBER(struct recheck_cell, agreed.differences, ROWS, "differences", .limit = ROWS_MAX,
           .table = &row_members),
    MEMBER(struct recheck_cell, agreed.remarks, ROWS, "remarks", .limit = ROWS_MAX,
           .table = &row_members),
};
static const struct members cell_members = MEMBERS(struct recheck_cell, cell_rows);

static const struct member rows[] = {
    TEXT(struct recheck, certificate, "certificate_sha256", .good = digest_is_text),
    TEXT(struct recheck, programme, "programme"),
    TEXT(struct recheck, suite, "suite"),
    TEXT(struct recheck, certified_run, "certified_run"),
    TEXT(struct recheck, verified, "verified"),
    TEXT(struct recheck, certified_version, "certified_version"),
    TEXT(struct recheck, version, "version"),
    MEMBER(struct recheck, rules, NUMBER, "rules", .max = UINT32_MAX),
    TEXT(struct recheck, seed, "seed", .good = choose_is_seed),
    MEMBER(struct recheck, seed_given, BOOL, "seed_given"),
    MEMBER(struct recheck, product_given, BOOL, "product_given", .flags = MEMBER_ABSENT),
    TEXT(struct recheck, rule, "rule"),
    MEMBER(struct recheck, population, NUMBER, "population", .max = UINT32_MAX),
    MEMBER(struct recheck, created_ms, NUMBER, "created_ms", .max = INT64_MAX),
    MEMBER(struct recheck, cells, ROWS, "cells", .limit = RECHECK_CELLS_MAX,
           .table = &cell_members),
};
static const struct members recheck_members = MEMBERS(struct recheck, rows);

void recheck_done(struct recheck *recheck)
{
    members_done(&recheck_members, recheck);
}

size_t recheck_count(const struct recheck *recheck, enum agreement agreement)
{
    size_t count = 0;

    vec_foreach (cell, &recheck->cells)
        count += cell->agreed.agreement == agreement;
    return count;
}

/* The parts of "MAJOR.MINOR…"; false: it is none. */
static bool parse_version(const char *text, unsigned *ret_major, unsigned *ret_minor)
{
    return sscanf(text, "%9u.%9u", ret_major, ret_minor) == 2;
}

char *recheck_version_fault(const char *certified, unsigned certified_rules, const char *version,
                            unsigned rules)
{
    unsigned major = 0, minor = 0, own_major = 0, own_minor = 0;

    if (certified_rules != rules)
        return text_format("version %s judged it by rules %u, and version %s has rules %u",
                           certified, certified_rules, version, rules);
    if (!parse_version(certified, &major, &minor) ||
        !parse_version(version, &own_major, &own_minor) || major != own_major ||
        (major == 0 && minor != own_minor))
        return text_format("version %s made it, and this is version %s: the major version must be "
                           "the same, and while it is 0 the minor version, too",
                           certified, version);
    return NULL;
}

json_t *recheck_to_json(const struct recheck *recheck)
{
    json_t *json = json_object();

    members_to_json(&recheck_members, recheck, json);
    for (enum agreement agreement = 0; agreement < AGREEMENT_COUNT; agreement++)
        json_object_set_new(json, agreement_words.names[agreement],
                            json_integer((json_int_t)recheck_count(recheck, agreement)));
    return json;
}

int recheck_sign(const struct recheck *recheck, const char *key, const char *folder,
                 struct error **err)
{
    _cleanup_json_ json_t *content = recheck_to_json(recheck);
    _cleanup_json_ json_t *json = json_with_format(RECHECK_FORMAT, RECHECK_VERSION, content);
    _cleanup_free_ char *path = path_join(folder, RECHECK_FILE);
    _cleanup_free_ char *signature_path = path_join(folder, RECHECK_SIGNATURE);
    _cleanup_free_ char *text = json_dumps(json, JSON_INDENT(2));
    _cleanup_buffer_ struct buffer signature = {0};
    int code;

    if (text == NULL)
        text_out_of_memory();
    code = sshsig_sign(key, RECHECK_NAMESPACE, text, strlen(text), &signature, err);
    if (code < 0)
        return code;
    if (mkdir(folder, 0755) < 0)
        return errno == EEXIST ? error_set(err, -EEXIST, "'%s' exists: name a new folder", folder)
                               : error_set_errno(err, -errno, "cannot create '%s'", folder);
    code = path_write_atomic(path, text, strlen(text), err);
    return code == 0 ? path_write_atomic(signature_path, signature.data, signature.length, err)
                     : code;
}

/* --- verification --------------------------------------------------------------------------- */

void recheck_reports_done(struct recheck_reports *reports)
{
    vec_foreach (report, reports) {
        recheck_done(&report->recheck);
        certificate_signature_done(&report->signature);
    }
    vec_done(reports);
}

/* 1: it is not what this program reads. */
static int parse(const char *folder, const struct buffer *text, struct problems *problems,
                 struct recheck *to)
{
    _cleanup_error_ struct error *why = NULL;
    _cleanup_json_ json_t *json = NULL;
    const json_t *format;
    int64_t version = 0;
    int code =
        json_parse(text->data != NULL ? text->data : "", text->length, RECHECK_FILE, &json, &why);

    format = json_object_get(json, "format");
    if (code == 0 &&
        !text_equal(json_string_value(json_object_get(format, "name")), RECHECK_FORMAT))
        code = error_set(&why, -EBADMSG, "it is not a document of 'touchstone recheck'");
    if (code == 0)
        code =
            json_get_integer(format, RECHECK_FILE, "version", 1, RECHECK_VERSION, &version, &why);
    if (code == 0)
        code = members_from_json(&recheck_members, json, RECHECK_FILE, to, &why);
    if (code == 0 && strcmp(to->rule, CHOOSE_RULE) != 0)
        code = error_set(&why, -EBADMSG, "its cells were chosen by another rule, '%s'", to->rule);
    if (code < 0)
        problems_add(problems, PROBLEM_RECHECK, folder, "%s", error_message(why));
    return code < 0;
}

/* Its cells are those that the seed chooses, in this order. */
static bool is_chosen(const struct recheck *recheck, const struct certificate_report *of)
{
    struct chosen_cells chosen = {0};
    bool same;

    choose_cells(&of->judged_again, of->sums_sha256, recheck->seed, recheck->cells.count, &chosen);
    same = chosen.count == recheck->cells.count;
    for (size_t i = 0; same && i < chosen.count; i++) {
        const struct cell_record *cell = &of->judged_again.cells.items[chosen.items[i]].cell;

        same = strcmp(cell->image, recheck->cells.items[i].image) == 0 &&
               strcmp(cell->platform, recheck->cells.items[i].platform) == 0;
    }
    vec_done(&chosen);
    return same;
}

/* A weaker grade is never signed as an agreement of the certified one. Documents of older versions
 * name no grade: they compared equal ones only. */
static const struct recheck_cell *find_wrong_grade(const struct recheck *recheck,
                                                   const struct certificate_report *of)
{
    vec_foreach (cell, &recheck->cells) {
        const struct agreed *agreed = &cell->agreed;
        enum grade certified = GRADE_NONE;

        vec_foreach (column, &of->judged_again.status.columns)
            if (strcmp(column->image, cell->image) == 0 &&
                strcmp(column->platform, cell->platform) == 0)
                certified = column->grade;
        if (agreed->agreement == AGREES_LOWER
                ? agreed->certified != certified || agreed->here >= certified ||
                      agreed->here <= GRADE_REPORTED
                : agreed->agreement == AGREES && agreed->here != GRADE_NONE &&
                      (agreed->certified != certified || agreed->here != certified))
            return cell;
    }
    return NULL;
}

static void check_content(const char *folder, const struct recheck_report *report,
                          struct certificate_report *of)
{
    const struct recheck *recheck = &report->recheck;
    struct problems *problems = &of->problems;
    size_t disagree = recheck_count(recheck, DISAGREES);
    const struct recheck_cell *wrong = of->judged ? find_wrong_grade(recheck, of) : NULL;

    if (strcmp(recheck->certificate, of->sums_sha256) != 0)
        problems_add(problems, PROBLEM_RECHECK, folder,
                     "it is about another certificate, whose " SUMS_FILE " has SHA-256 %s",
                     recheck->certificate);
    else if (of->judged && !is_chosen(recheck, of))
        problems_add(problems, PROBLEM_RECHECK, folder,
                     "its cells are not those that its seed '%s' chooses", recheck->seed);
    else if (wrong != NULL)
        problems_add(problems, PROBLEM_RECHECK, folder,
                     "of cell %s/%s it says '%s' in a guest of grade '%s', which does not fit the "
                     "grade in the certificate",
                     wrong->image, wrong->platform, agreement_words.names[wrong->agreed.agreement],
                     grade_name(wrong->agreed.here));
    else if (disagree > 0)
        problems_add(problems, PROBLEM_DISAGREES, folder,
                     "%zu of %zu %s that %s run again %s with the certificate", disagree,
                     recheck->cells.count, text_plural(recheck->cells.count, "cell", "cells"),
                     recheck->cells.count == 1 ? "was" : "were",
                     disagree == 1 ? "disagrees" : "disagree");
}

static int read_part(const char *folder, const char *name, size_t limit, struct buffer *ret_text,
                     struct error **err)
{
    _cleanup_free_ char *path = path_join(folder, name);
    int code = path_read(path, limit, ret_text, err);

    return code == -ENOENT && err != NULL ? error_prefix(err, "'%s' is not a recheck", folder)
                                          : code;
}

int recheck_verify(const char *folder, const struct sshsig_trust *trust,
                   struct certificate_report *of, struct recheck_report *ret_report,
                   struct error **err)
{
    _cleanup_buffer_ struct buffer text = {0}, signature = {0};
    const struct signed_file file = {RECHECK_FILE, RECHECK_SIGNATURE, RECHECK_NAMESPACE, &text,
                                     &signature};
    size_t before = of->problems.count[PROBLEM_TAMPERED];
    int code = read_part(folder, RECHECK_FILE, RECHECK_MAX, &text, err);

    if (code == 0)
        code = read_part(folder, RECHECK_SIGNATURE, SSHSIG_MAX, &signature, err);
    if (code == 0)
        code = signed_check(&file, trust, &ret_report->signature, &of->problems, err);
    if (code < 0)
        return code;
    if (of->problems.count[PROBLEM_TAMPERED] == before && ret_report->signature.signer == NULL)
        problems_add(&of->problems, PROBLEM_SIGNER, RECHECK_SIGNATURE,
                     "the signature is whole, but its key %s is not that of an allowed signer",
                     ret_report->signature.fingerprint);
    ret_report->read = parse(folder, &text, &of->problems, &ret_report->recheck) == 0;
    if (ret_report->read)
        check_content(folder, ret_report, of);
    return 0;
}
