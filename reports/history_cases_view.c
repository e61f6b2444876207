/* SPDX-License-Identifier: Apache-2.0 */
/* A line for each case, the one that failed most first. */
#include "reports/history_cases_view.h"

#include "base/cleanup.h"
#include "base/json_write.h"
#include "base/translate.h"
#include "reports/matrix_view.h"

enum { ID_BYTES = 200 };

static void add_number(struct table *table, unsigned number, enum table_colour colour)
{
    table_format(table, number > 0 ? colour : TABLE_PLAIN, "%u", number);
}

static void add_row(const struct history_cases_view *view, const struct case_rate *rate,
                    struct table *table)
{
    const struct history_row *newest = &view->rows->items[rate->newest_run];
    _cleanup_buffer_ struct buffer id = {0};

    matrix_view_line(rate->id, ID_BYTES, &id);
    table_add(table, id.length > 0 ? id.data : "", TABLE_PLAIN);
    add_number(table, rate->runs, TABLE_PLAIN);
    add_number(table, rate->passed, TABLE_PLAIN);
    add_number(table, rate->failed, TABLE_RED);
    add_number(table, rate->flaky, TABLE_YELLOW);
    if (rate->attempts == 0)
        table_add(table, _("no attempt counts"), TABLE_YELLOW);
    else
        table_format(table, rate->failed_attempts > 0 ? TABLE_RED : TABLE_PLAIN,
                     _("%u of %u %s failed (%u %%)"), rate->failed_attempts, rate->attempts,
                     ngettext("attempt", "attempts", rate->attempts), case_rate_percent(rate));
    add_number(table, rate->failures, TABLE_PLAIN);
    add_number(table, rate->trouble, TABLE_YELLOW);
    table_format(table,
                 rate->newest == STATUS_PASS   ? TABLE_GREEN
                 : rate->newest <= STATUS_DONE ? TABLE_PLAIN
                                               : TABLE_RED,
                 _("%s in %s"), status_name(rate->newest), newest->run_id);
}

void history_cases_view_text(const struct history_cases_view *view, bool colour, struct buffer *out)
{
    static const char *const heads[] = {"CASE",     "RUNS",     "PASSED",  "FAILED", "FLAKY",
                                        "ATTEMPTS", "FAILURES", "TROUBLE", "NEWEST"};
    _cleanup_(table_done) struct table table = {.columns = sizeof(heads) / sizeof(heads[0])};
    size_t runs = view->rows->count;

    buffer_format(out, "%s/%s, %zu %s\n", view->platform, view->suite, runs,
                  ngettext("run", "runs", (unsigned)runs));
    if (view->rates->count == 0) {
        buffer_text(out, _("no run has a result of a case\n"));
        return;
    }
    for (size_t i = 0; i < table.columns; i++)
        table_add(&table, heads[i], TABLE_PLAIN);
    vec_foreach (rate, view->rates)
        add_row(view, rate, &table);
    table_print(&table, "  ", colour, out);
}

void history_cases_view_write_json(const struct history_cases_view *view, struct json_writer *to)
{
    json_write_object(to, NULL);
    json_write_format(to, "touchstone-history-cases", 1);
    json_write_text(to, "platform", view->platform);
    json_write_text(to, "suite", view->suite);
    json_write_integer(to, "runs", (int64_t)view->rows->count);
    json_write_array(to, "cases");
    vec_foreach (rate, view->rates) {
        json_write_object(to, NULL);
        json_write_text(to, "id", rate->id);
        json_write_integer(to, "runs", rate->runs);
        json_write_integer(to, "passed", rate->passed);
        json_write_integer(to, "failed", rate->failed);
        json_write_integer(to, "flaky", rate->flaky);
        json_write_integer(to, "attempts", rate->attempts);
        json_write_integer(to, "failed_attempts", rate->failed_attempts);
        json_write_integer(to, "failures", rate->failures);
        json_write_integer(to, "trouble", rate->trouble);
        json_write_text(to, "newest", status_name(rate->newest));
        json_write_text(to, "newest_run", view->rows->items[rate->newest_run].run_id);
        json_write_end(to);
    }
    json_write_end(to);
    json_write_end(to);
}
