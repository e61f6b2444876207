/* SPDX-License-Identifier: Apache-2.0 */
/* Examines the plan, the cases and the files of a cell, each once. */
#include "judge/rule_input.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text_map.h"
#include "model/waiver.h"

static void found_case(struct seen_cases *kind, const struct planned_case *planned,
                       const struct tally *tally)
{
    if (kind->count++ > 0)
        return;
    kind->first = planned;
    kind->row = tally != NULL ? tally->row : NULL;
    if (tally != NULL)
        kind->tally = *tally;
}

void rule_input_add_plan(const struct cell_record *cell, struct rule_input *found)
{
    vec_foreach (planned, &cell->cases) {
        found->defined++;
        found->total += planned->planned;
        found->required += planned->required;
        if (planned->required && !planned->planned)
            found_case(&found->left_out, planned, NULL);
    }
}

/* A required case that failed. */
static void add_failed(const struct cell_record *cell, const struct planned_case *planned,
                       const struct counted *counted, const struct tally *tally,
                       struct rule_input *found)
{
    struct waiver *waiver = judge_waiver(cell, planned->id, counted);

    found_case(waiver != NULL ? &found->waived : &found->failed, planned, tally);
    if (waiver != NULL) {
        waiver->used = true;
        if (found->waiver == NULL)
            found->waiver = waiver;
    }
}

void rule_input_add_cases(const struct cell_record *cell, const struct counted *counted,
                          struct rule_input *found)
{
    enum grade grade = counted_latest(counted)->grade;

    found->reported = grade == GRADE_REPORTED;
    for (size_t i = 0; i < counted->count; i++)
        found->made += !result_is_interrupted(counted->attempts[i]);
    vec_foreach (planned, &cell->cases) {
        bool can = judge_can(planned, grade);
        struct tally tally;

        if (!planned->planned)
            continue;
        tally_case(cell, planned, counted, &tally);
        found->restored += tally.restored > 0;
        if (tally.row == NULL) {
            found_case(&found->open, planned, NULL);
            continue;
        }
        found->judged += tally.status == STATUS_PASS || tally.status == STATUS_FAIL;
        found->skipped += tally.status == STATUS_SKIP;
        if (tally.status == STATUS_FAIL && planned->required)
            add_failed(cell, planned, counted, &tally, found);
        else if (tally.status == STATUS_FAIL)
            found_case(&found->optional, planned, &tally);
        else if (planned->required && !can)
            found_case(&found->unjudgeable, planned, &tally);
        else if (planned->required && tally.status != STATUS_PASS)
            found_case(&found->open, planned, &tally);
        else if (can && (tally.status == STATUS_ERROR || tally.status == STATUS_MISS))
            found_case(&found->broken, planned, &tally);
        else if (tally.status == STATUS_PASS) {
            found->passed += planned->required;
            if (tally_is_flaky(&tally))
                found_case(&found->flaky, planned, &tally);
        }
    }
}

static void found_finding(struct seen_findings *kind, const struct finding *row)
{
    if (kind->count++ == 0)
        kind->first = row;
}

/* Adds a finding where it belongs, or to those that a waiver lets pass. */
static void add_finding(const struct cell_record *cell, const struct finding *row,
                        struct seen_findings *kind, struct rule_input *found)
{
    struct waiver *waiver = judge_waived_finding(cell, row);

    if (waiver == NULL) {
        found_finding(kind, row);
        return;
    }
    waiver->used = true;
    if (found->let_pass_count < RULE_INPUT_LET_PASS) {
        found->let_pass[found->let_pass_count].finding = row;
        found->let_pass[found->let_pass_count].waiver = waiver;
    }
    found->let_pass_count++;
}

/* What any of the attempts observed, each thing once. */
void rule_input_add_footprints(const struct cell_record *cell, const struct counted *counted,
                               struct rule_input *found)
{
    _cleanup_(text_map_done) struct text_map seen = {.slots = NULL};
    _cleanup_strv_ struct strv keys = {0};

    for (size_t i = 0; i < counted->count; i++) {
        const struct footprint *footprint = &counted->attempts[i]->footprint;

        if (footprint->state == FOOTPRINT_INCOMPLETE)
            found->unmeasured = footprint;
        vec_foreach (row, &footprint->findings) {
            char *key =
                text_format("%s\n%s\n%s", finding_name(row), row->file != NULL ? row->file : "",
                            row->found != NULL ? row->found : "");

            strv_take(&keys, key);
            if (text_map_get(&seen, key) != TEXT_MAP_NONE)
                continue;
            text_map_put(&seen, key, 0);
            add_finding(cell, row, &found->modified, found);
        }
    }
    found->let_pass_in_run = found->let_pass_count;
}

void rule_input_add_files(const struct cell_record *cell, const struct prediction *prediction,
                          struct rule_input *found)
{
    struct seen_findings *const places[] = {[DOUBT_BLOCK] = &found->block,
                                            [DOUBT_HIGH] = &found->high,
                                            [DOUBT_UNPROVEN] = &found->unproven};

    found->prediction = prediction;
    vec_foreach (row, &prediction->findings) {
        enum finding_doubt doubt = finding_doubt(row);

        if (doubt != DOUBT_NONE)
            add_finding(cell, row, places[doubt], found);
    }
}

enum blame rule_input_blame(const struct rule_input *found, const struct case_result *row,
                            enum blame otherwise)
{
    if (row != NULL && row->blame != BLAME_NONE)
        return row->blame;
    return found->reported ? BLAME_NONE : otherwise;
}

bool rule_input_run_has_doubts(const struct rule_input *found)
{
    return found->left_out.count + found->waived.count + found->optional.count +
                   found->broken.count + found->flaky.count + found->unjudgeable.count +
                   found->modified.count + found->let_pass_in_run >
               0 ||
           found->unmeasured != NULL;
}

bool rule_input_files_have_doubts(const struct rule_input *found)
{
    return found->block.count + found->high.count + found->unproven.count + found->let_pass_count >
               0 ||
           found->prediction->cut || found->prediction->state == PREDICTION_FAILED;
}
