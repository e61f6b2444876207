/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the rows of a cell. */
#include "reports/row.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "judge/outcome.h"
#include "model/waiver.h"

const char *row_kind_name(enum row_kind kind)
{
    static const char *const names[] = {"cell", "case", "left-out"};

    return names[kind];
}

const char *row_outcome_name(enum row_outcome outcome)
{
    static const char *const names[ROW_OUTCOME_COUNT] = {"passed", "failed", "error", "skipped",
                                                         "open"};

    return names[outcome];
}

static enum row_outcome outcome_of(enum status status)
{
    static const enum row_outcome outcomes[STATUS_COUNT] = {
        [STATUS_SKIP] = ROW_SKIPPED, [STATUS_DONE] = ROW_OPEN,   [STATUS_PASS] = ROW_PASSED,
        [STATUS_MISS] = ROW_ERROR,   [STATUS_ERROR] = ROW_ERROR, [STATUS_FAIL] = ROW_FAILED,
    };

    return outcomes[status];
}

enum row_outcome report_row_point(const struct report_row *row, const struct point *point)
{
    enum row_outcome outcome = outcome_of(point->status);

    if (outcome != ROW_SKIPPED && (row->outcome == ROW_OPEN || !row->judged))
        return ROW_OPEN;
    return outcome;
}

static void add_cell(const struct report *report, const struct matrix_cell *cell,
                     struct report_rows *to)
{
    static const enum row_outcome outcomes[VERDICT_COUNT] = {
        [VERDICT_NOT_ASSESSED] = ROW_ERROR,
        [VERDICT_INCOMPATIBLE] = ROW_FAILED,
        [VERDICT_CONDITIONAL] = ROW_OPEN,
        [VERDICT_COMPATIBLE] = ROW_PASSED,
    };
    const struct judgement *judgement = &cell->judgement;
    const struct result *latest = matrix_cell_latest(cell);
    struct report_row *row = vec_add(&to->items);

    row->kind = ROW_CELL;
    row->required = true;
    row->status = verdict_name(judgement->verdict);
    row->outcome = outcomes[judgement->verdict];
    if (row->outcome == ROW_OPEN && report->strict)
        row->outcome = ROW_FAILED;
    row->reason = row->outcome != ROW_PASSED ? text_dup(judgement->reason) : NULL;
    row->blame = judgement->blame;
    row->flaky = judgement->flaky;
    if (latest != NULL) {
        row->started_ms = latest->started_ms;
        row->duration_ms = latest->ended_ms - latest->started_ms;
    }
}

static void add_attempts(const struct matrix_cell *cell, const struct text_map *places,
                         struct report_row *to)
{
    for (size_t i = 0; i < cell->attempts.count; i++) {
        uint32_t at = text_map_get(&places[i], to->case_id);

        if (at == TEXT_MAP_NONE)
            continue;
        *vec_add(&to->attempts) = (struct row_attempt){cell->attempts.items[i]->attempt,
                                                       &cell->attempts.items[i]->cases.items[at]};
    }
}

static void add_case(const struct report *report, const struct matrix_cell *cell,
                     const struct report_case *one, struct report_rows *to)
{
    const struct result *latest = matrix_cell_latest(cell);
    struct report_row *row = vec_add(&to->items);

    row->kind = ROW_CASE;
    row->case_id = one->id;
    row->item = one->planned != NULL ? item_name(one->planned->item) : NULL;
    row->required = one->planned != NULL && one->planned->required;
    row->status = status_name(one->status);
    row->outcome = outcome_of(one->status);
    row->waived = waiver_describe(one->waiver);
    if (row->outcome == ROW_FAILED && one->waiver != NULL && !report->strict)
        row->outcome = ROW_OPEN;
    row->reason = one->status != STATUS_PASS ? text_dup(one->reason) : NULL;
    row->judged = one->judged;
    row->flaky = one->flaky;
    row->row = one->row;
    if (one->row == NULL)
        return;
    row->recorded = status_name(one->row->status);
    row->blame = one->row->blame;
    row->started_ms = latest->started_ms;
    row->duration_ms = one->row->duration_ms;
}

static void add_left_out(const struct planned_case *planned, struct report_rows *to)
{
    struct report_row *row = vec_add(&to->items);

    row->kind = ROW_LEFT_OUT;
    row->case_id = planned->id;
    row->item = item_name(planned->item);
    row->required = planned->required;
    row->status = "left-out";
    row->outcome = ROW_SKIPPED;
    row->reason = text_format("left out of the plan: %s case, item %s",
                              planned->required ? "required" : "optional", row->item);
}

void report_rows(const struct report *report, const struct matrix_cell *cell,
                 struct report_rows *ret_rows)
{
    size_t count = cell->attempts.count;
    _cleanup_free_ struct text_map *places = text_calloc(count + 1, sizeof(*places));
    _cleanup_(text_map_done) struct text_map mentioned = {0};
    struct report_cases cases = {0};

    for (size_t i = 0; i < count; i++)
        result_index_cases(cell->attempts.items[i], &places[i]);
    report_cases(cell, &cases);
    report_index_cases(&cases, &mentioned);
    add_cell(report, cell, ret_rows);
    vec_foreach (one, &cases) {
        add_case(report, cell, one, ret_rows);
        add_attempts(cell, places, &ret_rows->items.items[ret_rows->items.count - 1]);
    }
    vec_foreach (planned, &cell->cell.cases)
        if (!planned->planned && text_map_get(&mentioned, planned->id) == TEXT_MAP_NONE)
            add_left_out(planned, ret_rows);
    vec_done(&cases);
    for (size_t i = 0; i < count; i++)
        text_map_done(&places[i]);
}

void report_rows_done(struct report_rows *rows)
{
    vec_foreach (row, &rows->items) {
        free(row->reason);
        free(row->waived);
        vec_done(&row->attempts);
    }
    vec_done(&rows->items);
}

void report_each_row(const struct report *report, report_row_sink *sink, void *to)
{
    vec_foreach (cell, &report->matrix.cells) {
        _cleanup_(report_rows_done) struct report_rows rows = {0};

        if (!report_open(report, cell))
            continue;
        report_rows(report, cell, &rows);
        vec_foreach (row, &rows.items)
            sink(to, cell, row);
        report_close(cell);
    }
}

char *report_row_name(const struct matrix_cell *cell, const struct report_row *row)
{
    return text_format(
        "%s%s%s on %s, %s", cell->cell.suite, row->case_id != NULL ? "/" : " as a whole",
        row->case_id != NULL ? row->case_id : "", cell->cell.platform, cell->cell.image);
}

void report_row_id(char ret_hex[ROW_ID_SIZE], const char *const *parts)
{
    _cleanup_buffer_ struct buffer text = {0};
    char hex[DIGEST_TEXT_SIZE];

    for (; *parts != NULL; parts++)
        buffer_add(&text, *parts, strlen(*parts) + 1);
    digest_of_memory(text.data, text.length, hex);
    memcpy(ret_hex, hex, ROW_ID_SIZE - 1);
    ret_hex[ROW_ID_SIZE - 1] = '\0';
}
