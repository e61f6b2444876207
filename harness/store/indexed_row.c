/* SPDX-License-Identifier: Apache-2.0 */
#include "store/indexed_row.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "store/seal.h"
#include "store/sql.h"

void indexed_cells_done(struct indexed_cells *cells)
{
    vec_foreach (cell, cells) {
        cell_record_done(&cell->cell);
        judgement_done(&cell->judgement);
    }
    vec_done(cells);
}

/* The columns of CELL_SHOWN after those of every SELECT, then those of VERDICT_SHOWN. */
enum {
    CELL_ATTEMPTS = CELL_REST,
    CELL_ATTEMPT,
    CELL_GRADE,
    CELL_ACCEL,
    CELL_STARTED,
    CELL_ENDED,
    CELL_GAPS,
    CELL_FINDINGS = CELL_GAPS + GAP_UNKNOWN + 1,
    CELL_EVIDENCE = CELL_FINDINGS + SEVERITY_COUNT,
    CELL_EVIDENCE_LEAST,
    CELL_SHOWN_END
};
_Static_assert((int)CELL_SHOWN_END == (int)CELL_SHOWN_COUNT, "the columns of CELL_SHOWN");
static int read_cell(struct store *store, const char *run_id, unsigned repeat, sqlite3_stmt *row,
                     struct indexed_cell *to, struct error **err)
{
    struct cell_summary *summary = &to->summary;
    int code = cell_row_self(store, run_id, row, repeat, &to->cell, err);

    if (code < 0)
        return code;
    if (!grade_parse((const char *)sqlite3_column_text(row, CELL_GRADE), &summary->grade) ||
        !accel_parse((const char *)sqlite3_column_text(row, CELL_ACCEL), &summary->accel))
        return seal_index_damaged(store, run_id, "a cell", err);
    summary->attempts = (unsigned)sqlite3_column_int64(row, CELL_ATTEMPTS);
    summary->attempt = (unsigned)sqlite3_column_int64(row, CELL_ATTEMPT);
    summary->started_ms = sqlite3_column_int64(row, CELL_STARTED);
    summary->ended_ms = sqlite3_column_int64(row, CELL_ENDED);
    for (int i = 0; i <= GAP_UNKNOWN; i++)
        summary->gaps[i] = (unsigned)sqlite3_column_int64(row, CELL_GAPS + i);
    for (int i = 0; i < SEVERITY_COUNT; i++)
        summary->findings[i] = (unsigned)sqlite3_column_int64(row, CELL_FINDINGS + i);
    summary->evidence = (unsigned)sqlite3_column_int64(row, CELL_EVIDENCE);
    summary->evidence_least = (unsigned)sqlite3_column_int64(row, CELL_EVIDENCE_LEAST);
    return 0;
}

enum {
    VERDICT_JUDGED,
    VERDICT_RULES,
    VERDICT_VERDICT,
    VERDICT_RULE,
    VERDICT_REASON,
    VERDICT_BLAME,
    VERDICT_CASE,
    VERDICT_CASES,
    VERDICT_TOTAL,
    VERDICT_DEFINED,
    VERDICT_LEFT_OUT,
    VERDICT_PARTIAL,
    VERDICT_HAS_PREDICTION,
    VERDICT_PREDICTED,
    VERDICT_OBSERVED,
    VERDICT_FLAKY,
    VERDICT_RAN,
    VERDICT_ROLLUP,
    VERDICT_WHOLE
};

static const char *word(sqlite3_stmt *row, int column)
{
    return (const char *)sqlite3_column_text(row, column);
}

/* Reads the verdict of the cell if this version of the rules made it from the current attempts. */
static int read_verdict(struct store *store, const char *run_id, sqlite3_stmt *row, unsigned rules,
                        struct indexed_cell *to, struct error **err)
{
    struct judgement *judgement = &to->judgement;

    if (sqlite3_column_int(row, VERDICT_WHOLE) != 1)
        return seal_index_damaged(store, run_id, "a verdict", err);
    if (sqlite3_column_int64(row, VERDICT_RULES) != (int64_t)rules ||
        !text_equal(word(row, VERDICT_JUDGED), to->cell.digest))
        return 0;
    if (!verdict_parse(word(row, VERDICT_VERDICT), &judgement->verdict) ||
        !verdict_parse(word(row, VERDICT_PREDICTED), &judgement->predicted) ||
        !verdict_parse(word(row, VERDICT_OBSERVED), &judgement->observed) ||
        !blame_parse(word(row, VERDICT_BLAME), &judgement->blame) ||
        !status_parse(word(row, VERDICT_ROLLUP), &judgement->rollup))
        return seal_index_damaged(store, run_id, "a word of a verdict", err);
    judgement->rule = (unsigned)sqlite3_column_int64(row, VERDICT_RULE);
    judgement->reason = sql_text(row, VERDICT_REASON);
    judgement->case_id = sql_text(row, VERDICT_CASE);
    judgement->judged = (unsigned)sqlite3_column_int64(row, VERDICT_CASES);
    judgement->total = (unsigned)sqlite3_column_int64(row, VERDICT_TOTAL);
    judgement->defined = (unsigned)sqlite3_column_int64(row, VERDICT_DEFINED);
    judgement->required_left_out = (unsigned)sqlite3_column_int64(row, VERDICT_LEFT_OUT);
    judgement->partial = sqlite3_column_int(row, VERDICT_PARTIAL) != 0;
    judgement->has_prediction = sqlite3_column_int(row, VERDICT_HAS_PREDICTION) != 0;
    judgement->flaky = sqlite3_column_int(row, VERDICT_FLAKY) != 0;
    judgement->ran = sqlite3_column_int(row, VERDICT_RAN) != 0;
    to->judged = true;
    return 0;
}

int indexed_row_prepare(struct store *store, sqlite3_stmt **ret_verdict, struct error **err)
{
    return sql_prepare(store, ret_verdict, err,
                       "SELECT judged, rules, verdict, rule, reason, blame, case_id, "
                       "judged_cases, total, defined, required_left_out, partial, "
                       "has_prediction, predicted, observed, flaky, ran, rollup, "
                       "digest = row_digest(" VERDICT_SEALED ") FROM verdict WHERE cell = ?",
                       "");
}

int indexed_row_read(struct store *store, const char *run_id, unsigned repeat, unsigned rules,
                     sqlite3_stmt *row, sqlite3_stmt *verdict, struct indexed_cell *to,
                     struct error **err)
{
    int code = read_cell(store, run_id, repeat, row, to, err);

    if (code < 0)
        return code;
    sqlite3_bind_int64(verdict, 1, sqlite3_column_int64(row, CELL_ROW));
    code = sql_step(store, verdict, err);
    if (code > 0)
        code = read_verdict(store, run_id, verdict, rules, to, err);
    sqlite3_reset(verdict);
    return code;
}
