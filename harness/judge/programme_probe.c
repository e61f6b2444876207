/* SPDX-License-Identifier: Apache-2.0 */
/* What the harness measures in every cell, as criteria of a programme. */
#include <string.h>

#include "base/cleanup.h"
#include "judge/programme.h"

static bool is_whole(const struct footprint *footprint, enum footprint_phase phase)
{
    const struct footprint_snapshot *snapshot = footprint_find(footprint, phase);

    return footprint->state == FOOTPRINT_TAKEN && snapshot != NULL && snapshot->reason == NULL;
}

/* False, with the reason, if the snapshot of that phase is missing or not complete. */
static bool has_snapshot(const struct footprint *footprint, enum footprint_phase phase,
                         struct programme_mark *mark)
{
    if (is_whole(footprint, phase))
        return true;
    programme_mark_lower(mark, PROGRAMME_NOT_MEASURED, WHY_NO_FOOTPRINT,
                         footprint_phase_name(phase), footprint->reason);
    return false;
}

static void judge_footprint(const struct footprint *footprint, struct programme_mark *mark)
{
    if (!has_snapshot(footprint, FOOTPRINT_UNINSTALLED, mark))
        return;
    vec_foreach (entry, &footprint->entries)
        if (entry->fault && entry->left)
            programme_mark_lower(mark, PROGRAMME_FAILED, WHY_LEFTOVER, entry->name, entry->detail);
}

static void judge_files(const struct footprint *footprint, struct programme_mark *mark)
{
    if (!has_snapshot(footprint, FOOTPRINT_SUITE, mark))
        return;
    vec_foreach (finding, &footprint->findings)
        programme_mark_lower(mark, PROGRAMME_FAILED, WHY_CHANGED_FILE,
                             finding->file != NULL ? finding->file : finding_name(finding),
                             finding->found);
    vec_foreach (entry, &footprint->entries)
        if (entry->kind == FOOTPRINT_OS_FILE && entry->fault)
            programme_mark_lower(mark, PROGRAMME_FAILED, WHY_CHANGED_FILE, entry->name,
                                 entry->detail);
}

static void judge_kernel(const struct footprint *footprint, struct programme_mark *mark)
{
    if (!has_snapshot(footprint, FOOTPRINT_SUITE, mark))
        return;
    vec_foreach (entry, &footprint->entries)
        if (entry->kind == FOOTPRINT_TAINT)
            programme_mark_lower(mark, PROGRAMME_FAILED, WHY_TAINT, entry->name, entry->detail);
}

/* A service is known by its unit, not by a search among processes, which would find itself. */
static void judge_service(const struct footprint *footprint, struct programme_mark *mark)
{
    if (!has_snapshot(footprint, FOOTPRINT_INSTALLED, mark))
        return;
    vec_foreach (entry, &footprint->entries)
        if (entry->kind == FOOTPRINT_ACTIVE && entry->change == FOOTPRINT_NEW &&
            entry->since == FOOTPRINT_INSTALLED)
            return;
    programme_mark_lower(mark, PROGRAMME_NOT_MEASURED, WHY_NO_SERVICE,
                         footprint_phase_name(FOOTPRINT_INSTALLED), NULL);
}

static void judge_dependencies(const struct prediction *prediction, struct programme_mark *mark)
{
    if (prediction->state != PREDICTION_MADE || prediction->census.examined == 0)
        programme_mark_lower(mark, PROGRAMME_NOT_MEASURED, WHY_NO_CHECK,
                             prediction_state_name(prediction->state), prediction->reason);
    if (prediction->cut)
        programme_mark_lower(mark, PROGRAMME_NOT_MEASURED, WHY_NO_CHECK, "cut", NULL);
    vec_foreach (finding, &prediction->findings) {
        _cleanup_free_ char *place = finding_place(finding);
        bool blocks = finding->severity == SEVERITY_BLOCK && !finding_is_contradicted(finding);
        /* Instructions are no library, and a program that ran had those that it used. */
        bool ran = finding->kind == FINDING_ISA_UNPROVEN && finding->executed == EXECUTED_YES;

        if (blocks || (finding_is_unproven(finding) && !ran))
            programme_mark_lower(mark, blocks ? PROGRAMME_FAILED : PROGRAMME_NOT_MEASURED,
                                 WHY_FINDING, finding_name(finding), place);
    }
}

/* What the worker found in the product's files; a case cannot add such observations. It says how
 * much it looked at, what it found, and what it could not know (cell/components.h). */
static void judge_looked(const struct result *result, const char *what, struct programme_mark *mark)
{
    _cleanup_free_ char *looked = text_format("%s.looked", what),
                        *open = text_format("%s.open", what),
                        *found = text_format("%s.found", what);
    uint64_t count = 0;

    vec_foreach (row, &result->observations) {
        if (row->case_id != NULL)
            continue;
        if (strcmp(row->key, looked) == 0)
            text_parse_u64(row->value, looked, 0, UINT64_MAX, &count, NULL);
        else if (strcmp(row->key, found) == 0)
            programme_mark_lower(mark, PROGRAMME_FAILED, WHY_FOUND, row->value, NULL);
        else if (strcmp(row->key, open) == 0)
            programme_mark_lower(mark, PROGRAMME_NOT_MEASURED, WHY_OPEN, row->value, NULL);
    }
    if (count == 0)
        programme_mark_lower(mark, PROGRAMME_NOT_MEASURED, WHY_NOT_LOOKED, what, NULL);
}

/* What the worker itself observed with this key, once; a case cannot add it. */
static const char *observed(const struct result *result, const char *key)
{
    vec_foreach (row, &result->observations)
        if (row->case_id == NULL && strcmp(row->key, key) == 0)
            return row->value;
    return NULL;
}

/* A number that was not recorded is none. The reason reads "1/3000000". */
static void judge_number(const struct result *result, const char *key, bool at_least,
                         unsigned limit, enum programme_why why, struct programme_mark *mark)
{
    const char *value = observed(result, key);
    _cleanup_free_ char *text = text_format("%s/%u", value != NULL ? value : "?", limit);
    uint64_t number = 0;

    if (value == NULL || text_parse_u64(value, key, 0, UINT64_MAX, &number, NULL) < 0 ||
        (at_least ? number < limit : number > limit))
        programme_mark_lower(mark, PROGRAMME_NOT_MEASURED, why, text, NULL);
}

/* "ECOSYSTEM NUMBER NEWEST STATED": nobody can measure that advisories are complete. */
static void add_stated(const char *text, struct programme_mark *mark)
{
    _cleanup_strv_ struct strv words = {0};
    _cleanup_free_ char *rest = NULL, *name = NULL;

    strv_split(&words, text, " ");
    if (words.count == 0)
        return;
    name = text_dup(words.items[0]);
    rest = text_dup(text + strlen(name) + (words.count > 1));
    programme_notes_add(&mark->basis, WHY_STATED_COVER, name, rest[0] != '\0' ? rest : NULL);
}

static void judge_advisories(const struct programme_criterion *criterion,
                             const struct result *result, struct programme_mark *mark)
{
    judge_looked(result, "advisories", mark);
    if (observed(result, "advisories.looked") == NULL)
        return;
    judge_number(result, "advisories.days", false, criterion->days, WHY_OLD_ADVISORIES, mark);
    vec_foreach (row, &result->observations)
        if (row->case_id == NULL && strcmp(row->key, "advisories.stated") == 0)
            add_stated(row->value, mark);
}

/* A scan with a signature or two finds nothing, whatever it is given. */
static void judge_virus(const struct programme_criterion *criterion, const struct result *result,
                        struct programme_mark *mark)
{
    judge_looked(result, "virus", mark);
    if (observed(result, "virus.looked") == NULL)
        return;
    programme_notes_add(&mark->basis, WHY_SCANNED_WITH, observed(result, "virus.looked"),
                        observed(result, "virus.data"));
    judge_number(result, "virus.signatures", true, criterion->signatures, WHY_FEW_SIGNATURES, mark);
    judge_number(result, "virus.days", false, criterion->days, WHY_OLD_SIGNATURES, mark);
}

void programme_judge_probe(const struct programme_criterion *criterion, const struct result *result,
                           struct programme_mark *mark)
{
    switch (criterion->probe) {
    case PROBE_FOOTPRINT:
        judge_footprint(&result->footprint, mark);
        return;
    case PROBE_FILES:
        judge_files(&result->footprint, mark);
        return;
    case PROBE_KERNEL:
        judge_kernel(&result->footprint, mark);
        return;
    case PROBE_SERVICE:
        judge_service(&result->footprint, mark);
        return;
    case PROBE_VIRUS:
        judge_virus(criterion, result, mark);
        return;
    case PROBE_ADVISORIES:
        judge_advisories(criterion, result, mark);
        return;
    default:
        judge_dependencies(&result->prediction, mark);
    }
}
