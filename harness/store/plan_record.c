/* SPDX-License-Identifier: Apache-2.0 */
/* Writes a plan as JSON and reads it. */
#include "store/plan_record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "base/text_map.h"
#include "model/plan.h"
#include "model/suite.h"
#include "store/record.h"
#include "store/sql.h"

#define WHAT "the plan of a run"
enum { LIST_LIMIT = 10000000 };

static const struct member suite_rows[] = {
    MEMBER(struct planned_suite, name, TEXT, "name"),
    MEMBER(struct planned_suite, cases, ROWS, "cases", .limit = LIST_LIMIT,
           .table = &planned_case_members),
};
static const struct members suite_members = MEMBERS(struct planned_suite, suite_rows);

/* Beside these the document has the member "plan", with the defaults of plan_from_json. */
static const struct member plan_rows[] = {
    MEMBER(struct plan_record, run.id, TEXT, "run"),
    MEMBER(struct plan_record, run.created_ms, NUMBER, "created_ms", .min = INT64_MIN,
           .max = INT64_MAX),
    MEMBER(struct plan_record, run.host, ROWS, "host", .limit = LIST_LIMIT,
           .table = &host_fact_members),
    MEMBER(struct plan_record, run.inputs, ROWS, "inputs", .limit = LIST_LIMIT,
           .table = &run_input_members),
    MEMBER(struct plan_record, suites, ROWS, "suites", .limit = LIST_LIMIT,
           .table = &suite_members),
};
static const struct members plan_record_members = MEMBERS(struct plan_record, plan_rows);

static const struct member cells_rows[] = {
    MEMBER(struct run_record, id, TEXT, "run"),
    MEMBER(struct run_record, plan.cells, ROWS, "cells", .limit = LIST_LIMIT,
           .table = &plan_cell_members),
};
static const struct members cells_members = MEMBERS(struct run_record, cells_rows);

void planned_suites_done(struct planned_suites *suites)
{
    vec_foreach (suite, suites)
        members_done(&suite_members, suite);
    vec_done(suites);
}

void planned_suites_add(struct planned_suites *suites, const struct suite *suite,
                        const struct plan *plan)
{
    struct planned_suite *to = vec_add(suites);

    to->name = text_dup(suite->name);
    vec_foreach (from, &suite->cases)
        *vec_add(&to->cases) = (struct planned_case){
            .id = text_dup(from->id),
            .item = from->item,
            .required = from->required,
            .native_only = from->native_only,
            .planned = suite_case_is_planned(from, &plan->items, plan->no_probes)};
}

void plan_record_free(struct plan_record *plan)
{
    if (plan == NULL)
        return;
    run_record_done(&plan->run);
    planned_suites_done(&plan->suites);
    free(plan);
}

/* --- writing ------------------------------------------------------------------------------ */

static void dump(json_t *root, struct buffer *ret_text)
{
    _cleanup_json_ json_t *owned = root;
    _cleanup_free_ char *text = json_dumps(owned, JSON_SORT_KEYS | JSON_COMPACT);

    if (text == NULL)
        text_out_of_memory();
    buffer_text(ret_text, text);
}

void plan_record_to_text(const struct run_record *run, const struct planned_suites *suites,
                         struct buffer *ret_text)
{
    const struct plan_record plan = {.run = *run, .suites = *suites}; /* owns nothing */
    json_t *root = json_object();

    members_to_json(&plan_record_members, &plan, root);
    json_object_set_new(root, "plan", plan_to_json(&run->plan));
    dump(root, ret_text);
}

void plan_cells_to_text(const struct run_record *run, struct buffer *ret_text)
{
    json_t *root = json_object();

    members_to_json(&cells_members, run, root);
    dump(root, ret_text);
}

/* --- reading ------------------------------------------------------------------------------ */

/* Moves the plan with this digest to the front. */
static bool find_cached(struct store *store, const char *sha256)
{
    for (int i = 0; i < 2; i++) {
        struct plan_record *plan = store->plans[i];

        if (plan == NULL || strcmp(plan->sha256, sha256) != 0)
            continue;
        store->plans[i] = store->plans[0];
        store->plans[0] = plan;
        return true;
    }
    return false;
}

int plan_record_parse(const char *text, size_t length, struct plan_record **ret_plan,
                      struct error **err)
{
    _cleanup_(plan_record_free_cleanup) struct plan_record *plan = text_calloc(1, sizeof(*plan));
    _cleanup_json_ json_t *root = NULL;
    int code = json_parse(text, length, WHAT, &root, err);

    if (code == 0)
        code = members_from_json(&plan_record_members, root, WHAT, plan, err);
    if (code == 0)
        code = plan_from_json(json_object_get(root, "plan"), WHAT, &plan->run.plan, err);
    if (code < 0)
        return code;
    digest_of_memory(text, length, plan->sha256);
    *ret_plan = steal_ptr(plan);
    return 0;
}

int plan_record_of(struct store *store, int64_t run, const struct plan_record **ret_plan,
                   struct error **err)
{
    _cleanup_buffer_ struct buffer text = {0};
    struct plan_record *plan = NULL;
    char sha256[DIGEST_TEXT_SIZE];
    int code = record_find(store, run, RECORD_PLAN, sha256, err);

    if (code == 0 && find_cached(store, sha256)) {
        *ret_plan = store->plans[0];
        return 0;
    }
    if (code == 0)
        code = record_read(store, sha256, &text, err);
    if (code == 0)
        code = plan_record_parse(text.data, text.length, &plan, err);
    if (code < 0)
        return code;
    plan_record_free(store->plans[1]);
    store->plans[1] = store->plans[0];
    *ret_plan = store->plans[0] = plan;
    return 0;
}

int plan_cells_parse(const char *text, size_t length, struct plan *ret_plan, struct error **err)
{
    _cleanup_(run_record_done) struct run_record record = {0};
    _cleanup_json_ json_t *root = NULL;
    int code = json_parse(text, length, "the cells of a run", &root, err);

    if (code == 0)
        code = members_from_json(&cells_members, root, "the cells of a run", &record, err);
    if (code < 0)
        return code;
    ret_plan->cells = record.plan.cells;
    memset(&record.plan.cells, 0, sizeof(record.plan.cells));
    return 0;
}

int plan_record_cells(struct store *store, int64_t run, struct plan *ret_plan, struct error **err)
{
    _cleanup_buffer_ struct buffer text = {0};
    char sha256[DIGEST_TEXT_SIZE];
    int code = record_find(store, run, RECORD_CELLS, sha256, err);

    if (code == 0)
        code = record_read(store, sha256, &text, err);
    return code == 0 ? plan_cells_parse(text.data, text.length, ret_plan, err) : code;
}

/* Names are printed and become parts of paths; each cell is there once. */
const char *plan_record_fault(const struct plan_record *about, const struct plan *plan)
{
    _cleanup_(text_map_done) struct text_map seen = {0};
    _cleanup_strv_ struct strv keys = {0};

    vec_foreach (cell, &plan->cells) {
        if (!text_is_name(cell->image) || !text_is_name(cell->platform) ||
            !text_is_name(cell->suite))
            return "the name of a cell is not one";
        strv_take(&keys, text_format("%s/%s/%s", cell->image, cell->platform, cell->suite));
        if (text_map_get(&seen, keys.items[keys.count - 1]) != TEXT_MAP_NONE)
            return "a cell is planned twice";
        text_map_put(&seen, keys.items[keys.count - 1], 0);
    }
    vec_foreach (suite, &about->suites)
        vec_foreach (row, &suite->cases)
            if (!text_is_name(row->id))
                return "the name of a case is not one";
    return plan->cells.count > 0 ? NULL : "it has no cell";
}

int plan_record_copy(const struct plan_record *plan, struct run_record *run, struct error **err)
{
    _cleanup_json_ json_t *json = plan_to_json(&plan->run.plan);

    vec_foreach (from, &plan->run.inputs) {
        struct run_input *to = vec_add(&run->inputs);

        *to = *from;
        to->kind = text_dup(from->kind);
        to->name = text_dup(from->name);
        to->path = text_dup(from->path);
    }
    vec_foreach (from, &plan->run.host)
        *vec_add(&run->host) =
            (struct host_fact){.key = text_dup(from->key), .value = text_dup(from->value)};
    return plan_from_json(json, WHAT, &run->plan, err);
}

void plan_record_add_cases(const struct plan_record *plan, struct cell_record *cell)
{
    vec_foreach (suite, &plan->suites) {
        if (strcmp(suite->name, cell->suite) != 0)
            continue;
        vec_foreach (row, &suite->cases) {
            struct planned_case *to = vec_add(&cell->cases);

            *to = *row;
            to->id = text_dup(row->id);
        }
        return;
    }
}
