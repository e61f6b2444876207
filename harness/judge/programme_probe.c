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

        if (blocks || finding_is_unproven(finding))
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

void programme_judge_probe(enum programme_probe probe, const struct result *result,
                           struct programme_mark *mark)
{
    switch (probe) {
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
        judge_looked(result, "virus", mark);
        return;
    case PROBE_ADVISORIES:
        judge_looked(result, "advisories", mark);
        return;
    default:
        judge_dependencies(&result->prediction, mark);
    }
}
