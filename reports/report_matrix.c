/* SPDX-License-Identifier: Apache-2.0 */
/* Views of the matrix by column, suite and case. */
#include <string.h>

#include "base/cleanup.h"
#include "judge/outcome.h"
#include "reports/report.h"

enum grade report_grade(const struct matrix_cell *cell)
{
    return cell->summary.attempts > 0 ? cell->summary.grade : GRADE_NONE;
}

char *report_cell_name(const struct matrix_cell *cell)
{
    return text_format("%s/%s/%s", cell->cell.image, cell->cell.platform, cell->cell.suite);
}

int report_rank(enum verdict verdict)
{
    static const int ranks[VERDICT_COUNT] = {
        [VERDICT_INCOMPATIBLE] = 0,
        [VERDICT_NOT_ASSESSED] = 1,
        [VERDICT_CONDITIONAL] = 2,
        [VERDICT_COMPATIBLE] = 3,
    };

    return ranks[verdict];
}

bool report_in_column(const struct report_column *column, const struct matrix_cell *cell)
{
    return strcmp(column->image, cell->cell.image) == 0 &&
           strcmp(column->platform, cell->cell.platform) == 0;
}

bool report_is_probe(const struct suite *suite)
{
    if (suite == NULL)
        return false;
    vec_foreach (row, &suite->cases) {
        if (row->probe && !row->built_in)
            return true;
    }
    return false;
}

void report_columns(const struct report *report, struct report_columns *ret_columns)
{
    vec_foreach (cell, &report->matrix.cells) {
        const struct judgement *judgement = &cell->judgement;
        enum grade grade = report_grade(cell);
        struct report_column *column = NULL;

        vec_foreach (known, ret_columns) {
            if (report_in_column(known, cell))
                column = known;
        }
        if (column == NULL) {
            column = vec_add(ret_columns);
            column->image = cell->cell.image;
            column->platform = cell->cell.platform;
            column->verdict = judgement->verdict;
        }
        if (report_rank(judgement->verdict) < report_rank(column->verdict))
            column->verdict = judgement->verdict;
        if (grade != GRADE_NONE && (column->grade == GRADE_NONE || grade < column->grade))
            column->grade = grade;
        if (report_is_probe(report_suite(report, cell->cell.suite))) {
            column->probe_judged += judgement->judged;
            column->probe_total += judgement->total;
        }
        column->judged += judgement->judged;
        column->total += judgement->total;
        column->defined += judgement->defined;
        column->partial += judgement->partial;
        column->cells++;
        column->counts[judgement->verdict]++;
    }
}

struct matrix_cell *report_cell(const struct report *report, const struct report_column *column,
                                const char *suite)
{
    _cleanup_free_ char *name = text_format("%s/%s/%s", column->image, column->platform, suite);
    uint32_t at = text_map_get(&report->places, name);

    return at != TEXT_MAP_NONE ? &report->matrix.cells.items[at] : NULL;
}

struct suite_rank {
    const char *name;
    int worst;
};
VEC_TYPE(suite_ranks, struct suite_rank);

/* In the plan's order. */
static void rank_suites(const struct report *report, struct suite_ranks *ranks)
{
    _cleanup_(text_map_done) struct text_map places = {0};

    vec_foreach (cell, &report->matrix.cells) {
        const char *name = cell->cell.suite;
        int rank = report_rank(cell->judgement.verdict);
        uint32_t at = text_map_get(&places, name);

        if (at == TEXT_MAP_NONE) {
            text_map_put(&places, name, (uint32_t)ranks->count);
            *vec_add(ranks) = (struct suite_rank){name, rank};
        } else if (rank < ranks->items[at].worst) {
            ranks->items[at].worst = rank;
        }
    }
}

void report_suites(const struct report *report, struct strv *ret_names)
{
    struct suite_ranks ranks = {0};

    rank_suites(report, &ranks);
    for (int rank = 0; rank < REPORT_RANKS; rank++)
        vec_foreach (one, &ranks) {
            if (one->worst == rank)
                strv_add(ret_names, one->name);
        }
    vec_done(&ranks);
}

bool report_gaps(const struct report *report, const struct report_column *column,
                 enum gap_kind kind, struct strv *ret_names)
{
    bool measured = false;

    vec_foreach (cell, &report->matrix.cells) {
        const struct result *latest = matrix_cell_latest(cell);

        if (latest == NULL || !latest->identity_measured || !report_in_column(column, cell))
            continue;
        measured = true;
        vec_foreach (gap, &latest->gaps.rows) {
            if (gap->kind == kind && !strv_has(ret_names, gap->feature))
                strv_add(ret_names, gap->feature);
        }
    }
    strv_sort(ret_names);
    return measured;
}

/* What a case counts as that passed in the latest attempt. */
static void weigh_attempts(const struct outcomes *outcomes, struct report_case *one)
{
    struct case_outcome outcome = outcome_of_case(outcomes, one->id);

    one->flaky = outcome.flaky;
    if (outcome.outcome == OUTCOME_PASSES)
        return;
    one->status = outcome.outcome == OUTCOME_NONE ? STATUS_DONE : outcome.status;
    one->reason = outcome.row != NULL && outcome.row != one->row ? outcome.row->reason
                                                                 : outcomes->cell->judgement.reason;
}

static void add_case(const struct outcomes *outcomes, const struct planned_case *planned,
                     const struct case_result *row, struct report_cases *to)
{
    const struct matrix_cell *cell = outcomes->cell;
    const struct result *latest = matrix_cell_latest(cell);
    struct report_case *one = vec_add(to);

    one->id = planned != NULL ? planned->id : row->id;
    one->planned = planned;
    one->row = row;
    if (row == NULL) {
        one->status = cell->cell.refused != NULL ? STATUS_SKIP : STATUS_MISS;
        one->reason = cell->cell.refused != NULL ? cell->cell.refused
                      : latest == NULL           ? "it never ran"
                                                 : "it is absent from the result";
        return;
    }
    one->status = row->status;
    one->reason = row->reason;
    /* Coverage counts exactly the cases that can be judged; if none can be, none counts. */
    one->judged = cell->judgement.judged > 0 && planned != NULL && row->judgeable &&
                  judge_can(planned, latest->grade);
    if ((row->status == STATUS_PASS || row->status == STATUS_FAIL) && !one->judged) {
        one->status = STATUS_DONE;
        if (cell->judgement.judged == 0)
            one->reason = cell->judgement.reason;
    }
    if (one->status == STATUS_PASS)
        weigh_attempts(outcomes, one);
    if (one->status == STATUS_FAIL)
        one->waiver = outcome_waiver(outcomes, one->id);
}

void report_index_cases(const struct report_cases *cases, struct text_map *to)
{
    for (size_t i = 0; i < cases->count; i++)
        text_map_put(to, cases->items[i].id, (uint32_t)i);
}

void report_cases(const struct matrix_cell *cell, struct report_cases *ret_cases)
{
    _cleanup_(outcomes_done) struct outcomes outcomes = outcomes_of(cell);
    const struct result *latest = matrix_cell_latest(cell);
    size_t count = latest != NULL ? latest->cases.count : 0;
    _cleanup_(text_map_done) struct text_map places = {0};
    _cleanup_free_ bool *known = text_calloc(count + 1, sizeof(*known));

    if (latest != NULL)
        result_index_cases(latest, &places);
    vec_foreach (planned, &cell->cell.cases) {
        uint32_t at = text_map_get(&places, planned->id);

        if (!planned->planned)
            continue;
        if (at != TEXT_MAP_NONE)
            known[at] = true;
        add_case(&outcomes, planned, at != TEXT_MAP_NONE ? &latest->cases.items[at] : NULL,
                 ret_cases);
    }
    for (size_t i = 0; i < count; i++)
        if (!known[i])
            add_case(&outcomes, NULL, &latest->cases.items[i], ret_cases);
}
