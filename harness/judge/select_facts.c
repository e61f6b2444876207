/* SPDX-License-Identifier: Apache-2.0 */
/* Turns cells and runs into facts. */
#include "judge/select_facts.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text_map.h"
#include "judge/condition.h"
#include "judge/matrix.h"
#include "judge/tally.h"
#include "store/store.h"

#define BIT(name) ((uint64_t)1 << (name))

void facts_of_run(const struct select_run *run, const struct select_with *with, struct facts *facts)
{
    facts_set_text(facts, QUERY_RUN, run->id);
    facts_set_text(facts, QUERY_LABEL, run->label);
    facts_set_text(facts, QUERY_BUILD, run->build);
    facts_set_word(facts, QUERY_STATE, (int)run->state);
    facts_set_number(facts, QUERY_AGE, with->now_ms - run->created_ms);
}

void facts_of_platform(const char *platform, const struct select_with *with, struct facts *facts)
{
    enum arch arch;

    facts_set_text(facts, QUERY_PLATFORM, platform);
    if (with->arch_of != NULL && with->arch_of(with->input, platform, &arch))
        facts_set_word(facts, QUERY_ARCH, (int)arch);
}

static uint32_t conditions_of(const struct judgement *judgement)
{
    uint32_t found = judgement->partial ? 1 << CONDITION_PARTIAL : 0;

    if (judgement->verdict != VERDICT_CONDITIONAL)
        return found;
    for (enum condition i = CONDITION_PARTIAL + 1; i < CONDITION_COUNT; i++)
        if (condition_is_named(judgement->reason, i))
            found |= (uint32_t)1 << i;
    return found;
}

void facts_of_cell(const struct cell_record *cell, const struct cell_summary *summary,
                   const struct judgement *judgement, const struct select_with *with,
                   struct facts *facts)
{
    uint32_t conditions = conditions_of(judgement);

    facts_set_text(facts, QUERY_IMAGE, cell->image);
    facts_set_text(facts, QUERY_SUITE, cell->suite);
    facts_of_platform(cell->platform, with, facts);
    facts_set_word(facts, QUERY_VERDICT, (int)judgement->verdict);
    facts_set_word(facts, QUERY_GRADE, summary->attempts > 0 ? (int)summary->grade : GRADE_NONE);
    facts_set_words(facts, QUERY_CONDITION, conditions);
    facts_set_word(facts, QUERY_FLAKY, judgement->flaky);
    facts_set_word(facts, QUERY_PARTIAL, judgement->partial);
    facts_set_word(facts, QUERY_WAIVED, (conditions >> CONDITION_WAIVED & 1) != 0);
    facts_set_number(facts, QUERY_ATTEMPTS, summary->attempts);
}

static bool needs_cases(uint64_t uses)
{
    return (uses & (BIT(QUERY_CASE) | BIT(QUERY_ITEM) | BIT(QUERY_STATUS) | BIT(QUERY_BLAME) |
                    BIT(QUERY_REASON))) != 0;
}

static bool needs_findings(uint64_t uses)
{
    return (uses & (BIT(QUERY_FINDING) | BIT(QUERY_SEVERITY))) != 0;
}

bool facts_need_records(enum query_name name)
{
    return needs_cases(BIT(name)) || needs_findings(BIT(name));
}

/* Whether the results of attempts must be read; the names of cases are in the plan. */
static bool needs_results(uint64_t uses)
{
    return needs_findings(uses) ||
           (uses & (BIT(QUERY_STATUS) | BIT(QUERY_BLAME) | BIT(QUERY_REASON))) != 0;
}

static const char *copy(struct strv *texts, const char *text)
{
    if (text == NULL)
        return NULL;
    strv_add(texts, text);
    return texts->items[texts->count - 1];
}

/* latest: row of the latest attempt, which says what happened if no attempt counts; NULL: absent.
 */
static void add_case(const struct matrix_cell *cell, const struct planned_case *planned,
                     const struct counted *counted, const struct case_result *latest,
                     struct strv *texts, struct facts *facts)
{
    struct tally tally = {.status = STATUS_MISS};
    const struct case_result *row;

    if (counted->count > 0)
        tally_case(&cell->cell, planned, counted, &tally);
    else if (latest != NULL)
        tally = (struct tally){.status = latest->status, .row = latest};
    row = tally.row;
    facts_set_text(facts, QUERY_CASE, copy(texts, planned->id));
    facts_set_word(facts, QUERY_ITEM, (int)planned->item);
    facts_set_word(facts, QUERY_STATUS, (int)tally.status);
    facts_set_word(facts, QUERY_BLAME, row != NULL ? (int)row->blame : BLAME_NONE);
    facts_set_text(facts, QUERY_REASON, copy(texts, row != NULL ? row->reason : NULL));
}

static void add_cases(const struct matrix_cell *cell, struct strv *texts, struct select_subject *to)
{
    const struct result *latest = matrix_cell_latest(cell);
    _cleanup_(counted_done) struct counted counted = {0};
    _cleanup_(text_map_done) struct text_map places = {0};

    counted_make(&cell->cell, (const struct result *const *)cell->attempts.items,
                 cell->attempts.count, &counted);
    if (latest != NULL)
        result_index_cases(latest, &places);
    vec_foreach (planned, &cell->cell.cases) {
        uint32_t at = text_map_get(&places, planned->id);

        if (planned->planned)
            add_case(cell, planned, &counted, at != TEXT_MAP_NONE ? &latest->cases.items[at] : NULL,
                     texts, vec_add(&to->rows));
    }
}

static void add_finding(const struct finding *finding, struct strv *texts,
                        struct select_subject *to)
{
    struct facts *facts = vec_add(&to->findings);

    facts_set_text(facts, QUERY_FINDING, copy(texts, finding_name(finding)));
    facts_set_word(facts, QUERY_SEVERITY, (int)finding->severity);
}

static void add_findings(const struct matrix_cell *cell, struct strv *texts,
                         struct select_subject *to)
{
    const struct result *latest = matrix_cell_latest(cell);

    if (latest == NULL)
        return;
    vec_foreach (finding, &latest->prediction.findings)
        add_finding(finding, texts, to);
    vec_foreach (finding, &latest->footprint.findings)
        add_finding(finding, texts, to);
}

/* What the cell says of itself counts as one more case. */
static void add_own(const struct matrix_cell *cell, struct strv *texts, struct select_subject *to)
{
    struct facts *own = vec_add(&to->rows);

    facts_set_word(own, QUERY_BLAME, (int)cell->judgement.blame);
    facts_set_text(own, QUERY_REASON, copy(texts, cell->judgement.reason));
}

void facts_of_rows(const struct matrix_cell *cell, struct strv *texts, struct select_subject *to)
{
    add_findings(cell, texts, to);
    add_cases(cell, texts, to);
    add_own(cell, texts, to);
}

int facts_read_cell(struct store *store, const char *run_id, const struct matrix_cell *cell,
                    uint64_t uses, struct strv *texts, struct select_subject *to,
                    struct error **err)
{
    _cleanup_(matrix_cell_done) struct matrix_cell whole = {0};
    _cleanup_(cell_record_done) struct cell_record record = {0};
    int code;

    if (!needs_cases(uses) && !needs_findings(uses))
        return 0;
    code = store_read_cell(store, run_id, &cell->cell, &record, err);
    if (code == 0 && needs_results(uses))
        code = matrix_load_cell(store, run_id, &record, &whole, err);
    if (code < 0)
        return code;
    if (!needs_results(uses)) {
        whole.cell = record;
        record = (struct cell_record){0};
    }
    if (needs_findings(uses))
        add_findings(&whole, texts, to);
    if (!needs_cases(uses))
        return 0;
    add_cases(&whole, texts, to);
    add_own(cell, texts, to);
    return 0;
}
