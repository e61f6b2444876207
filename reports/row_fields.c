/* SPDX-License-Identifier: Apache-2.0 */
/* The columns of a table of rows. */
#include "reports/row_fields.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "reports/matrix_view.h"

#define FIELD(name)                                                                                \
    static void name(const struct report *report __attribute__((unused)),                          \
                     const struct matrix_cell *cell __attribute__((unused)),                       \
                     const struct report_row *row __attribute__((unused)), struct buffer *out)

static void add(struct buffer *out, const char *text)
{
    buffer_text(out, text != NULL ? text : "");
}

static void add_number(struct buffer *out, int64_t value)
{
    buffer_format(out, "%" PRId64, value > 0 ? value : 0);
}

FIELD(run)
{
    add(out, report->matrix.run.id);
}
FIELD(image)
{
    add(out, cell->cell.image);
}
FIELD(platform)
{
    add(out, cell->cell.platform);
}
FIELD(suite)
{
    add(out, cell->cell.suite);
}
FIELD(kind)
{
    add(out, row_kind_name(row->kind));
}
FIELD(case_id)
{
    add(out, row->case_id);
}
FIELD(item)
{
    add(out, row->item);
}
FIELD(required)
{
    add(out, row->kind == ROW_CELL ? "" : row->required ? "yes" : "no");
}
FIELD(status)
{
    add(out, row->status);
}
FIELD(recorded)
{
    add(out, row->recorded);
}
FIELD(normalised)
{
    add(out, row_outcome_name(row->outcome));
}
FIELD(verdict)
{
    add(out, verdict_name(cell->judgement.verdict));
}
FIELD(grade)
{
    add(out, grade_name(report_grade(cell)));
}
FIELD(blame)
{
    add(out, row->blame != BLAME_NONE ? blame_name(row->blame) : "");
}
FIELD(flaky)
{
    add(out, row->flaky ? "yes" : "no");
}
FIELD(waived)
{
    add(out, row->waived);
}
FIELD(reason)
{
    add(out, row->reason);
}

FIELD(attempts)
{
    add_number(out, row->kind == ROW_CELL ? (int64_t)cell->attempts.count
                                          : (int64_t)row->attempts.count);
}

FIELD(passed)
{
    int64_t count = 0;

    vec_foreach (attempt, &row->attempts)
        count += attempt->row->status == STATUS_PASS;
    if (row->kind == ROW_CASE)
        add_number(out, count);
}

FIELD(started)
{
    char text[CLOCK_TEXT_SIZE];

    if (row->started_ms <= 0)
        return;
    clock_format(row->started_ms, text);
    add(out, text);
}

FIELD(duration)
{
    add_number(out, row->duration_ms);
}

const struct row_field row_fields[ROW_FIELD_COUNT] = {
    {"run", false, false, 24, run},
    {"image", false, false, 28, image},
    {"platform", false, false, 16, platform},
    {"suite", false, false, 16, suite},
    {"kind", false, false, 8, kind},
    {"case", false, false, 28, case_id},
    {"item", false, false, 12, item},
    {"required", false, false, 9, required},
    {"status", false, true, 14, status},
    {"recorded", false, false, 10, recorded},
    {"normalised", false, true, 11, normalised},
    {"verdict", false, false, 14, verdict},
    {"grade", false, false, 10, grade},
    {"blame", false, false, 10, blame},
    {"attempts", true, false, 9, attempts},
    {"passed", true, false, 8, passed},
    {"flaky", false, false, 6, flaky},
    {"waived", false, false, 30, waived},
    {"started", false, false, 25, started},
    {"duration_ms", true, false, 12, duration},
    {"reason", false, false, 60, reason},
};

void row_field_text(const struct row_field *field, const struct report *report,
                    const struct matrix_cell *cell, const struct report_row *row,
                    struct buffer *ret_text)
{
    _cleanup_buffer_ struct buffer raw = {0};

    field->text(report, cell, row, &raw);
    matrix_view_line(raw.length > 0 ? raw.data : "", ROW_FIELD_BYTES, ret_text);
}
