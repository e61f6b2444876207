/* SPDX-License-Identifier: Apache-2.0 */
/* Makes a result of a report: as a worker would, with the grade reported and no identity. */
#include "reported/result.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/path.h"
#include "base/text_map.h"
#include "bundle/bounds.h"
#include "model/record.h"
#include "model/result.h"
#include "model/suite.h"
#include "reported/report.h"
#include "reported/reported.h"

static void observe(struct result *result, const char *case_id, const char *key, const char *value)
{
    if (bounds_take_observation(result, case_id, key, value, NULL))
        result_add_observation(result, case_id, key, value, NULL);
}

static void add_case(struct result *result, const struct suite_case *planned,
                     const struct reported_case *from)
{
    struct case_result *row = vec_add(&result->cases);
    struct point *point;

    row->id = text_dup(planned->id);
    row->item = planned->item;
    row->required = planned->required;
    row->judgeable = true;
    row->status = from->status;
    row->blame = from->blame;
    row->reason = from->status == STATUS_PASS   ? NULL
                  : from->reason != NULL        ? text_dup(from->reason)
                  : from->status == STATUS_FAIL ? text_dup("the report gives no reason")
                                                : text_dup("the report says no more");
    row->started = from->status != STATUS_SKIP && from->status != STATUS_MISS;
    row->exit_code = -1;
    row->duration_ms = from->duration_ms;
    point = vec_add(&row->points);
    point->name = text_dup(from->name);
    point->status = from->status;
    point->detail = text_dup(from->reason);
    point->raw = text_dup(from->raw);
    bounds_hold_case(result, row);
    if (from->url != NULL)
        observe(result, planned->id, "reported.log_url", from->url);
}

/* Where the result comes from, and what it does not say. */
static void add_origin(struct result *result, const struct reported_request *request,
                       const struct reported *report)
{
    _cleanup_free_ char *name = reported_line(path_base(request->path));
    char now[CLOCK_TEXT_SIZE];

    clock_format(clock_wall_ms(), now);
    observe(result, NULL, "reported.format", request->format);
    observe(result, NULL, report->folder ? "reported.folder" : "reported.file", name);
    if (!report->folder)
        observe(result, NULL, "reported.sha256", report->files.items[0].sha256);
    observe(result, NULL, "reported.imported", now);
    observe(result, NULL, "reported.time", report->time_ms > 0 ? "as reported" : "of the file");
    vec_foreach (fact, &report->facts)
        observe(result, NULL, fact->key, fact->value);
    for (size_t i = 0; i < report->gaps.count; i++) {
        _cleanup_free_ char *key = text_format("reported.gap.%zu", i + 1);

        observe(result, NULL, key, report->gaps.items[i]);
    }
}

struct result *reported_make_result(const struct reported_request *request,
                                    const struct reported *report, const struct suite *suite,
                                    const struct strv *ids, const struct run_record *run)
{
    _cleanup_(text_map_done) struct text_map places = {0};
    struct result *result = result_new();

    suite_index_cases(suite, &places);
    result->kind = JOB_CELL;
    result->run_id = text_dup(run->id);
    result->job_id = text_dup(REPORTED_JOB);
    result->image = text_dup(request->image);
    result->platform = text_dup(request->platform);
    result->suite = text_dup(request->suite);
    result->grade = GRADE_REPORTED;
    result->accel = ACCEL_NONE;
    result->started_ms = run->created_ms;
    result->ended_ms = run->ended_ms;
    result->outcome = STATUS_PASS;
    result->blame = BLAME_NONE;
    result->prediction.state = PREDICTION_NOTHING;
    result->prediction.reason =
        text_dup("a report of another system comes without the product's files");
    result->footprint.version = 1;
    for (size_t i = 0; i < ids->count; i++)
        add_case(result, &suite->cases.items[text_map_get(&places, ids->items[i])],
                 &report->cases.items[i]);
    add_origin(result, request, report);
    bounds_describe(result);
    return result;
}
