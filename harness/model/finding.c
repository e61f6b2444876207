/* SPDX-License-Identifier: Apache-2.0 */
/* Findings, the table of their kinds, and the verdict that follows from them. */
#include "model/finding.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/text.h"
#include "model/bounds.h"
#include "model/member.h"

static const struct {
    const char *name;
    enum finding_severity severity;
    const char *meaning[LANGUAGE_COUNT], *remedy[LANGUAGE_COUNT];
} kinds[] = {
#define KIND(name, severity, meaning, meaning_zh, remedy, remedy_zh)                               \
    {#name, SEVERITY_##severity, {meaning, meaning_zh}, {remedy, remedy_zh}},
#include "model/finding.def"
#undef KIND
};

static bool is_kind(const char *text)
{
    return text[0] != '\0' && strlen(text) <= BOUND_LABEL &&
           strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == strlen(text);
}

static const char *spell_kind(const void *finding)
{
    return finding_name(finding);
}

static void set_kind(void *finding, const char *name)
{
    finding_set_kind(finding, name);
}

#define TEXT(field, key)                                                                           \
    MEMBER(struct finding, field, TEXT, key, .flags = MEMBER_NULL, .limit = BOUND_TEXT)

static const struct member finding_rows[] = {
    MEMBER(struct finding, severity, WORD, "severity", .words = &finding_severity_words),
    MEMBER(struct finding, kind, SPELT, "kind", .spell = spell_kind, .set = set_kind,
           .good = is_kind),
    TEXT(other_kind, NULL),
    TEXT(file, "file"),
    MEMBER(struct finding, line, NUMBER, "line", .flags = MEMBER_OMIT | MEMBER_ABSENT,
           .max = UINT32_MAX),
    TEXT(symbol, "symbol"),
    TEXT(version, "version"),
    TEXT(provider, "provider"),
    TEXT(found, "found"),
    TEXT(remedy, "remedy"),
    /* In a result, the prediction contains these two once. */
    TEXT(surface, NULL),
    TEXT(platform, NULL),
    MEMBER(struct finding, executed, WORD, "executed", .flags = MEMBER_OMIT | MEMBER_ABSENT,
           .words = &executed_words),
};
const struct members finding_members = MEMBERS(struct finding, finding_rows);

void finding_done(struct finding *finding)
{
    members_done(&finding_members, finding);
}

const char *finding_kind_name(enum finding_kind kind)
{
    return kinds[kind].name;
}

const char *finding_kind_meaning(enum finding_kind kind, enum language language)
{
    return kinds[kind].meaning[language];
}

const char *finding_kind_remedy(enum finding_kind kind, enum language language)
{
    return kinds[kind].remedy[language];
}

enum finding_severity finding_kind_severity(enum finding_kind kind)
{
    return kinds[kind].severity;
}

void finding_set_kind(struct finding *finding, const char *name)
{
    finding->kind = 0;
    while (finding->kind < FINDING_KIND_COUNT && strcmp(kinds[finding->kind].name, name) != 0)
        finding->kind++;
    free(finding->other_kind);
    finding->other_kind = finding->kind == FINDING_KIND_COUNT ? text_dup(name) : NULL;
}

const char *finding_name(const struct finding *finding)
{
    return finding->kind < FINDING_KIND_COUNT ? kinds[finding->kind].name : finding->other_kind;
}

const char *finding_meaning(const struct finding *finding, enum language language)
{
    return finding->kind < FINDING_KIND_COUNT ? kinds[finding->kind].meaning[language] : NULL;
}

const char *finding_remedy(const struct finding *finding, enum language language)
{
    const char *const *own =
        finding->kind < FINDING_KIND_COUNT ? kinds[finding->kind].remedy : NULL;

    if (own == NULL || !text_equal(finding->remedy, own[LANGUAGE_EN]))
        return finding->remedy;
    return own[language];
}

char *finding_place(const struct finding *finding)
{
    if (finding->file == NULL || finding->line == 0)
        return text_dup(finding->file);
    return text_format("%s:%u", finding->file, finding->line);
}

bool finding_is_contradicted(const struct finding *finding)
{
    return finding->severity == SEVERITY_BLOCK && finding->executed == EXECUTED_YES;
}

void finding_copy(struct finding *to, const struct finding *from)
{
    *to = (struct finding){
        .kind = from->kind,
        .other_kind = text_dup(from->other_kind),
        .severity = from->severity,
        .file = text_dup(from->file),
        .line = from->line,
        .symbol = text_dup(from->symbol),
        .version = text_dup(from->version),
        .provider = text_dup(from->provider),
        .found = text_dup(from->found),
        .remedy = text_dup(from->remedy),
        .surface = text_dup(from->surface),
        .platform = text_dup(from->platform),
        .executed = from->executed,
    };
}

/* Returns the row to fill when all are in use: the last of the least severe ones if the new one is
 * more severe, else a spare one that is dropped. Rows are sorted once, so this costs nothing per
 * row. */
static struct finding *make_space(struct findings *findings, enum finding_kind kind)
{
    struct finding *row = &findings->spare;

    if (findings->replaceable > 0 &&
        findings->rows.items[findings->replaceable - 1].severity < kinds[kind].severity)
        row = &findings->rows.items[--findings->replaceable];
    finding_done(row);
    return row;
}

struct finding *findings_add(struct findings *findings, enum finding_kind kind, const char *file,
                             const char *symbol, const char *version, const char *provider)
{
    struct finding *row;

    if (!findings->cut && findings->rows.count >= FINDINGS_MAX) {
        findings_deduplicate(findings);
        /* If only a few rows were freed, sorting again each time would take quadratic time. */
        findings->cut = findings->rows.count > FINDINGS_MAX - FINDINGS_MAX / 8;
        findings->replaceable = findings->rows.count;
    }
    row = findings->cut ? make_space(findings, kind) : vec_add(&findings->rows);
    row->kind = kind;
    row->severity = kinds[kind].severity;
    row->file = text_dup(file);
    row->symbol = text_dup(symbol);
    row->version = text_dup(version);
    row->provider = text_dup(provider);
    row->remedy = text_dup(kinds[kind].remedy[LANGUAGE_EN]);
    return row;
}

static void set_text(char **slot, const char *format, va_list args)
{
    char *text = text_vformat(format, args);

    free(*slot);
    *slot = text;
}

void finding_set_found(struct finding *finding, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    set_text(&finding->found, format, args);
    va_end(args);
}

void finding_set_remedy(struct finding *finding, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    set_text(&finding->remedy, format, args);
    va_end(args);
}

void findings_done(struct findings *findings)
{
    vec_foreach (row, &findings->rows)
        finding_done(row);
    finding_done(&findings->spare);
    vec_done(&findings->rows);
    vec_foreach (load, &findings->loads) {
        free(load->program);
        free(load->library);
    }
    vec_done(&findings->loads);
}

static int compare_names(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

void findings_drop_files(struct findings *findings, const struct strv *files)
{
    _cleanup_strv_ struct strv sorted = {0};
    size_t kept = 0;

    strv_copy(&sorted, files);
    strv_sort(&sorted);
    for (size_t i = 0; i < findings->rows.count; i++) {
        struct finding *row = &findings->rows.items[i];

        if (row->file != NULL && sorted.count > 0 &&
            bsearch(&row->file, sorted.items, sorted.count, sizeof(char *), compare_names) != NULL)
            finding_done(row);
        else
            findings->rows.items[kept++] = *row;
    }
    findings->rows.count = kept;
}

static int compare_text(const char *a, const char *b)
{
    return strcmp(a != NULL ? a : "", b != NULL ? b : "");
}

static int compare(const void *left, const void *right)
{
    const struct finding *a = left, *b = right;
    int order;

    if (a->severity != b->severity)
        return a->severity > b->severity ? -1 : 1;
    if ((order = compare_text(a->surface, b->surface)) != 0 ||
        (order = compare_text(a->platform, b->platform)) != 0 ||
        (order = compare_text(a->file, b->file)) != 0)
        return order;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if ((order = compare_text(a->provider, b->provider)) != 0 ||
        (order = compare_text(a->version, b->version)) != 0 ||
        (order = compare_text(a->symbol, b->symbol)) != 0)
        return order;
    return compare_text(a->found, b->found);
}

void findings_deduplicate(struct findings *findings)
{
    size_t kept = 0;

    if (findings->rows.count < 2)
        return;
    qsort(findings->rows.items, findings->rows.count, sizeof(*findings->rows.items), compare);
    for (size_t i = 1; i < findings->rows.count; i++) {
        if (compare(&findings->rows.items[kept], &findings->rows.items[i]) == 0)
            finding_done(&findings->rows.items[i]);
        else
            findings->rows.items[++kept] = findings->rows.items[i];
    }
    findings->rows.count = kept + 1;
}

size_t finding_count(const struct finding *rows, size_t count, enum finding_severity severity)
{
    size_t found = 0;

    for (size_t i = 0; i < count; i++)
        found += rows[i].severity == severity;
    return found;
}

size_t findings_count(const struct findings *findings, enum finding_severity severity)
{
    return finding_count(findings->rows.items, findings->rows.count, severity);
}

bool finding_is_unproven(const struct finding *finding)
{
    return finding->severity == SEVERITY_UNKNOWN || finding->kind == FINDING_ISA_UNPROVEN ||
           finding->kind == FINDING_CODE_UNEXAMINED || finding->kind == FINDING_HOST_UNPROVEN;
}

enum finding_doubt finding_doubt(const struct finding *finding)
{
    if (finding->severity == SEVERITY_HIGH)
        return DOUBT_HIGH;
    if (finding->executed == EXECUTED_YES)
        return DOUBT_NONE;
    return finding->severity == SEVERITY_BLOCK ? DOUBT_BLOCK
           : finding_is_unproven(finding)      ? DOUBT_UNPROVEN
                                               : DOUBT_NONE;
}

enum verdict finding_verdict(const struct finding *rows, size_t count, bool complete,
                             bool public_list)
{
    if (finding_count(rows, count, SEVERITY_BLOCK) > 0)
        return VERDICT_INCOMPATIBLE;
    if (!complete || finding_count(rows, count, SEVERITY_UNKNOWN) > 0)
        return VERDICT_NOT_ASSESSED;
    if (public_list || finding_count(rows, count, SEVERITY_HIGH) > 0)
        return VERDICT_CONDITIONAL;
    for (size_t i = 0; i < count; i++)
        if (finding_is_unproven(&rows[i]))
            return VERDICT_CONDITIONAL;
    return VERDICT_COMPATIBLE;
}

enum verdict findings_verdict(const struct findings *findings, bool public_list)
{
    return finding_verdict(findings->rows.items, findings->rows.count, !findings->cut, public_list);
}

json_t *finding_json(const struct finding *finding)
{
    json_t *json = json_object();

    members_to_json(&finding_members, finding, json);
    json_object_set_new(json, "surface", json_from_text(finding->surface));
    json_object_set_new(json, "platform", json_from_text(finding->platform));
    return json;
}
