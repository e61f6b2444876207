/* SPDX-License-Identifier: Apache-2.0 */
/* A case and its points as testcases. */
#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "reports/junit.h"
#include "reports/markup.h"
#include "reports/matrix_view.h"

enum { GOOD_BYTES = 2 * 1024, BAD_BYTES = 64 * 1024, NAME_BYTES = 300 };

enum junit_outcome junit_case_outcome(const struct junit *junit, const struct report_row *row)
{
    enum junit_outcome own = junit_outcome(row->outcome);

    if (junit->detail != JUNIT_POINTS || row->row == NULL ||
        (own != JUNIT_FAILED && own != JUNIT_ERRED))
        return own;
    vec_foreach (point, &row->row->points)
        if (junit_outcome(report_row_point(row, point)) == own)
            return JUNIT_SKIPPED;
    return own;
}

static void add_point_lines(struct junit *junit, const struct case_result *row)
{
    vec_foreach (point, &row->points) {
        if (point->status == STATUS_PASS || junit->budget == 0)
            continue;
        fprintf(junit->out, "%s ", status_name(point->status));
        junit_guest_line(junit, point->name);
        if (point->raw != NULL) {
            fputs(" [", junit->out);
            junit_guest_line(junit, point->raw);
            fputs("]", junit->out);
        }
        if (point->detail != NULL) {
            fputs(": ", junit->out);
            junit_guest_line(junit, point->detail);
        }
        fputs("\n", junit->out);
    }
}

static void add_stream(struct junit *junit, const struct evidence *blob, size_t limit)
{
    const char *name = strcmp(blob->name, "stderr") == 0 ? "system-err" : "system-out";
    _cleanup_buffer_ struct buffer text = {0};
    _cleanup_error_ struct error *err = NULL;
    uint64_t skipped = 0;

    if (blob->size == 0)
        return;
    fprintf(junit->out, "      <%s>", name);
    if (report_output(junit->report, blob, limit, &junit->budget, &text, &skipped, &err) < 0)
        markup_line(junit->out, error_message(err));
    else if (skipped > 0)
        fprintf(junit->out, "[%" PRIu64 " bytes before this are left out]\n", skipped);
    if (text.length > 0)
        markup_lines(junit->out, text.data, text.length);
    fprintf(junit->out, "</%s>\n", name);
}

static void add_why(struct junit *junit, const struct matrix_cell *cell,
                    const struct report_row *row, bool wrong)
{
    _cleanup_free_ char *show = report_show_command(junit->report, cell, row->case_id);

    if (row->waived != NULL) {
        fputs("waived ", junit->out);
        junit_guest_line(junit, row->waived);
        fputs("\n", junit->out);
    }
    if (row->blame != BLAME_NONE)
        fprintf(junit->out, "blame: %s\n", blame_name(row->blame));
    if (row->recorded != NULL && strcmp(row->recorded, row->status) != 0)
        fprintf(junit->out, "recorded as %s, which does not count here\n", row->recorded);
    if (wrong && row->row != NULL)
        add_point_lines(junit, row->row);
    markup_line(junit->out, row->row != NULL ? show : NULL);
}

/* The name of a point, which no other point of the case has: readers drop the second. */
static char *name_point(const struct report_row *row, size_t number, struct text_map *names,
                        struct strv *owned)
{
    const struct point *point = &row->row->points.items[number - 1];
    _cleanup_buffer_ struct buffer line = {0};
    char *name;

    if (*point->name == '\0')
        buffer_format(&line, "point %zu", number);
    else
        matrix_view_line(point->name, NAME_BYTES, &line);
    name = text_format("%s: %s", row->case_id, line.data);
    if (text_map_get(names, name) != TEXT_MAP_NONE) {
        char *numbered = text_format("%s (point %zu)", name, number);

        free(name);
        name = numbered;
    }
    strv_take(owned, name);
    text_map_put(names, name, (uint32_t)number);
    return name;
}

static void add_points(struct junit *junit, const struct matrix_cell *cell,
                       const struct report_row *row)
{
    _cleanup_(text_map_done) struct text_map names = {0};
    _cleanup_strv_ struct strv owned = {0};
    _cleanup_free_ char *show = report_show_command(junit->report, cell, row->case_id);
    size_t number = 0;

    vec_foreach (point, &row->row->points) {
        enum junit_outcome outcome = junit_outcome(report_row_point(row, point));

        number++;
        junit_open(junit, cell, name_point(row, number, &names, &owned), 0);
        if (junit_open_outcome(junit, outcome, status_name(point->status), point->detail)) {
            if (point->raw != NULL) {
                junit_guest_line(junit, point->raw);
                fputs("\n", junit->out);
            }
            if (outcome != JUNIT_SKIPPED)
                markup_line(junit->out, show);
            junit_close_outcome(junit, outcome);
        }
        junit_close(junit);
    }
}

void junit_case(struct junit *junit, const struct matrix_cell *cell, const struct report_row *row)
{
    const struct result *latest = matrix_cell_latest(cell);
    enum junit_outcome outcome = junit_case_outcome(junit, row);
    enum row_outcome counts = row->outcome;
    bool wrong = counts == ROW_FAILED || counts == ROW_ERROR;
    const char *type = row->kind == ROW_LEFT_OUT ? "left-out" : row->status;

    junit_open(junit, cell, row->case_id, row->duration_ms);
    if (junit_open_outcome(junit, outcome, type, row->reason)) {
        if (row->kind == ROW_CASE)
            add_why(junit, cell, row, wrong);
        junit_close_outcome(junit, outcome);
    }
    if (row->row != NULL)
        vec_foreach (blob, &latest->evidence) {
            if (text_equal(blob->case_id, row->case_id) && report_is_stream(blob))
                add_stream(junit, blob, wrong ? BAD_BYTES : GOOD_BYTES);
        }
    junit_close(junit);
    if (row->row != NULL && junit->detail == JUNIT_POINTS)
        add_points(junit, cell, row);
}
