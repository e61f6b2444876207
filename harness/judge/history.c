/* SPDX-License-Identifier: Apache-2.0 */
/* Loads and summarises the history of a cell or a case. */
#include "judge/history.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "judge/judge.h"
#include "judge/matrix.h"

enum history_mark history_mark(const struct history_row *row, bool of_case)
{
    if (of_case)
        switch (row->cell.judgement.judged > 0 ? row->seen.status : STATUS_MISS) {
        case STATUS_PASS:
            return HISTORY_GOOD;
        case STATUS_FAIL:
        case STATUS_ERROR:
            return HISTORY_BAD;
        default:
            return HISTORY_UNKNOWN;
        }
    if (judgement_is_green(&row->cell.judgement))
        return HISTORY_GOOD;
    return row->cell.judgement.verdict == VERDICT_INCOMPATIBLE ? HISTORY_BAD : HISTORY_UNKNOWN;
}

bool history_is_flaky(const struct history_row *row, bool of_case)
{
    return of_case ? row->seen.passed > 0 && row->seen.failed + row->seen.errors > 0
                   : row->cell.judgement.flaky;
}

/* Number of distinct signatures. */
static unsigned count_failures(const struct history_rows *rows)
{
    _cleanup_strv_ struct strv known = {0};
    unsigned count = 0;

    vec_foreach (row, rows)
        if (row->seen.signature[0] != '\0' && history_mark(row, true) == HISTORY_BAD)
            strv_add(&known, row->seen.signature);
    strv_sort(&known);
    for (size_t i = 0; i < known.count; i++)
        count += i == 0 || strcmp(known.items[i - 1], known.items[i]) != 0;
    return count;
}

bool history_is_reported(const struct history_row *row)
{
    return row->cell.summary.grade == GRADE_REPORTED;
}

static void add_row(const struct history_row *row, bool of_case, long place,
                    struct history_summary *to)
{
    enum history_mark mark = history_mark(row, of_case);

    to->good += mark == HISTORY_GOOD;
    to->bad += mark == HISTORY_BAD;
    to->unknown += mark == HISTORY_UNKNOWN;
    to->flaky += history_is_flaky(row, of_case);
    to->failed_attempts += row->seen.failed + row->seen.errors;
    to->attempts += row->seen.passed + row->seen.failed + row->seen.errors;
    /* A report of another system says nothing of a failure that was measured here. */
    if (mark == HISTORY_GOOD && (to->first_bad == HISTORY_NONE || !history_is_reported(row))) {
        if (to->first_bad != HISTORY_NONE)
            to->first_good_again = place;
        to->first_bad = HISTORY_NONE;
        to->last_good = place;
    }
    if (mark == HISTORY_BAD && to->first_bad == HISTORY_NONE) {
        to->first_bad = place;
        to->first_good_again = HISTORY_NONE;
    }
}

void history_summarise(const struct history_rows *rows, bool of_case,
                       struct history_summary *ret_summary)
{
    *ret_summary = (struct history_summary){
        .first_bad = HISTORY_NONE, .last_good = HISTORY_NONE, .first_good_again = HISTORY_NONE};
    ret_summary->runs = (unsigned)rows->count;
    for (size_t i = 0; i < rows->count; i++)
        add_row(&rows->items[i], of_case, (long)i, ret_summary);
    if (of_case)
        ret_summary->failures = count_failures(rows);
}

/* If the verdict cannot be stored now, it is displayed nevertheless. */
static int judge_row(struct store *store, struct history_row *row, struct error **err)
{
    _cleanup_error_ struct error *later = NULL;
    int code = matrix_judge_again(store, row->run_id, &row->cell, err);
    const struct cell_verdict verdict = {&row->cell.cell, &row->cell.judgement};

    if (code == 0)
        store_put_verdicts(store, row->run_id, JUDGE_RULES, &verdict, 1, &later);
    return code;
}

int history_load(struct store *store, const struct strv *images, const char *platform,
                 const char *suite, const char *case_id, struct history_rows *ret_rows,
                 struct error **err)
{
    _cleanup_(history_rows_done) struct history_rows rows = {0};
    int code = store_read_history(store, images, platform, suite, case_id, JUDGE_RULES, &rows, err);

    vec_foreach (row, &rows)
        if (code == 0 && !row->cell.judged)
            code = judge_row(store, row, err);
    if (code < 0)
        return code;
    *ret_rows = rows;
    rows = (struct history_rows){0};
    return 0;
}
