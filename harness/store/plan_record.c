/* SPDX-License-Identifier: Apache-2.0 */
/* Writes a plan as JSON and reads it. */
#include "store/plan_record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "model/suite.h"
#include "model/plan.h"
#include "store/record.h"
#include "store/sql.h"

enum { LIST_LIMIT = 10000000 };

void planned_suites_done(struct planned_suites *suites)
{
    vec_foreach (suite, suites) {
        free(suite->name);
        vec_foreach (row, &suite->cases)
            free(row->id);
        vec_done(&suite->cases);
    }
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
            .planned = plan->items.count == 0 || strv_has(&plan->items, item_name(from->item))};
}

void plan_record_free(struct plan_record *plan)
{
    if (plan == NULL)
        return;
    run_record_done(&plan->run);
    planned_suites_done(&plan->suites);
    free(plan);
}
DEFINE_CLEANUP(struct plan_record *, plan_record_free)

/* --- writing ------------------------------------------------------------------------------ */

static json_t *cases_to_json(const struct planned_suite *suite)
{
    json_t *array = json_array();

    vec_foreach (row, &suite->cases)
        json_array_append_new(array,
                              json_pack("{s:o, s:s, s:b, s:b, s:b}", "id", json_from_text(row->id),
                                        "item", item_name(row->item), "required", row->required,
                                        "native_only", row->native_only, "planned", row->planned));
    return array;
}

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
    json_t *host = json_array(), *inputs = json_array(), *planned = json_array();

    vec_foreach (fact, &run->host)
        json_array_append_new(host, json_pack("{s:o, s:o}", "key", json_from_text(fact->key),
                                              "value", json_from_text(fact->value)));
    vec_foreach (input, &run->inputs)
        json_array_append_new(inputs,
                              json_pack("{s:o, s:o, s:s, s:o}", "kind", json_from_text(input->kind),
                                        "name", json_from_text(input->name), "sha256",
                                        input->sha256, "path", json_from_text(input->path)));
    vec_foreach (suite, suites)
        json_array_append_new(planned, json_pack("{s:o, s:o}", "name", json_from_text(suite->name),
                                                 "cases", cases_to_json(suite)));
    dump(json_pack("{s:s, s:I, s:o, s:o, s:o, s:o}", "run", run->id, "created_ms",
                   (json_int_t)run->created_ms, "plan", plan_to_json(&run->plan), "host", host,
                   "inputs", inputs, "suites", planned),
         ret_text);
}

void plan_cells_to_text(const struct run_record *run, struct buffer *ret_text)
{
    json_t *cells = json_array();

    vec_foreach (cell, &run->plan.cells)
        json_array_append_new(cells, json_pack("{s:o, s:o, s:o, s:o}", "image",
                                               json_from_text(cell->image), "platform",
                                               json_from_text(cell->platform), "suite",
                                               json_from_text(cell->suite), "refused",
                                               json_from_text(cell->refused)));
    dump(json_pack("{s:s, s:o}", "run", run->id, "cells", cells), ret_text);
}

/* --- reading ------------------------------------------------------------------------------ */

static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static int read_lists(const json_t *root, const char *what, struct run_record *run,
                      struct error **err)
{
    json_t *host = NULL, *inputs = NULL;
    int code = json_get_array(root, what, "host", LIST_LIMIT, &host, err);

    if (code == 0)
        code = json_get_array(root, what, "inputs", LIST_LIMIT, &inputs, err);
    for (size_t i = 0; code == 0 && i < json_array_size(host); i++) {
        const json_t *row = json_array_get(host, i);
        struct host_fact *fact = vec_add(&run->host);

        fact->key = text_dup(text_of(row, "key"));
        fact->value = text_dup(text_of(row, "value"));
        if (fact->key == NULL || fact->value == NULL)
            code = error_set(err, -EBADMSG, "%s: a fact of the host has no text", what);
    }
    for (size_t i = 0; code == 0 && i < json_array_size(inputs); i++) {
        const json_t *row = json_array_get(inputs, i);
        struct run_input *input = vec_add(&run->inputs);
        const char *sha256 = text_of(row, "sha256");

        input->kind = text_dup(text_of(row, "kind"));
        input->name = text_dup(text_of(row, "name"));
        input->path = text_dup(text_of(row, "path"));
        if (input->kind == NULL || input->name == NULL || input->path == NULL ||
            !digest_is_text(sha256))
            return error_set(err, -EBADMSG, "%s: an input has no name, path or digest", what);
        memcpy(input->sha256, sha256, DIGEST_TEXT_SIZE);
    }
    return code;
}

static int read_case(const json_t *row, const char *what, struct planned_case *to,
                     struct error **err)
{
    const char *id = NULL, *item = NULL;
    int code = json_get_string(row, what, "id", &id, err);

    if (code == 0)
        code = json_get_string(row, what, "item", &item, err);
    if (code == 0 && !item_parse(item, &to->item))
        code = error_set(err, -EBADMSG, "%s: case '%s' has no item", what, id);
    if (code == 0)
        code = json_get_bool(row, what, "required", &to->required, err);
    if (code == 0)
        code = json_get_bool(row, what, "native_only", &to->native_only, err);
    if (code == 0)
        code = json_get_bool(row, what, "planned", &to->planned, err);
    if (code == 0)
        to->id = text_dup(id);
    return code;
}

static int read_suites(const json_t *root, const char *what, struct planned_suites *suites,
                       struct error **err)
{
    json_t *array = NULL, *cases = NULL;
    int code = json_get_array(root, what, "suites", LIST_LIMIT, &array, err);

    for (size_t i = 0; code == 0 && i < json_array_size(array); i++) {
        const json_t *row = json_array_get(array, i);
        struct planned_suite *suite = vec_add(suites);
        const char *name = NULL;

        code = json_get_string(row, what, "name", &name, err);
        if (code == 0)
            code = json_get_array(row, what, "cases", LIST_LIMIT, &cases, err);
        suite->name = text_dup(name);
        for (size_t j = 0; code == 0 && j < json_array_size(cases); j++)
            code = read_case(json_array_get(cases, j), what, vec_add(&suite->cases), err);
    }
    return code;
}

static int parse_plan(const json_t *root, const char *what, struct plan_record *plan,
                      struct error **err)
{
    const char *id = NULL;
    int code = json_get_string(root, what, "run", &id, err);

    if (code == 0)
        code = json_get_integer(root, what, "created_ms", INT64_MIN, INT64_MAX,
                                &plan->run.created_ms, err);
    if (code == 0)
        code = plan_from_json(json_object_get(root, "plan"), what, &plan->run.plan, err);
    plan->run.id = text_dup(id);
    if (code == 0)
        code = read_lists(root, what, &plan->run, err);
    return code == 0 ? read_suites(root, what, &plan->suites, err) : code;
}

static int read_json(struct store *store, const char *sha256, json_t **ret_json, struct error **err)
{
    _cleanup_buffer_ struct buffer text = {0};
    int code = record_read(store, sha256, &text, err);

    return code == 0 ? json_parse(text.data, text.length, "the plan of a run", ret_json, err)
                     : code;
}

int plan_record_of(struct store *store, int64_t run, const struct plan_record **ret_plan,
                   struct error **err)
{
    _cleanup_(plan_record_free_cleanup) struct plan_record *plan = NULL;
    _cleanup_json_ json_t *root = NULL;
    char sha256[DIGEST_TEXT_SIZE];
    int code = record_find(store, run, RECORD_PLAN, sha256, err);

    if (code == 0 && store->plan != NULL && strcmp(store->plan->sha256, sha256) == 0) {
        *ret_plan = store->plan;
        return 0;
    }
    if (code == 0)
        code = read_json(store, sha256, &root, err);
    if (code < 0)
        return code;
    plan = text_calloc(1, sizeof(*plan));
    memcpy(plan->sha256, sha256, DIGEST_TEXT_SIZE);
    code = parse_plan(root, "the plan of a run", plan, err);
    if (code < 0)
        return code;
    plan_record_free(store->plan);
    *ret_plan = store->plan = steal_ptr(plan);
    return 0;
}

int plan_record_cells(struct store *store, int64_t run, struct plan *ret_plan, struct error **err)
{
    _cleanup_json_ json_t *root = NULL;
    json_t *cells = NULL;
    char sha256[DIGEST_TEXT_SIZE];
    int code = record_find(store, run, RECORD_CELLS, sha256, err);

    if (code == 0)
        code = read_json(store, sha256, &root, err);
    if (code == 0)
        code = json_get_array(root, "the cells of a run", "cells", LIST_LIMIT, &cells, err);
    for (size_t i = 0; code == 0 && i < json_array_size(cells); i++) {
        const json_t *row = json_array_get(cells, i);
        struct plan_cell *cell = vec_add(&ret_plan->cells);

        cell->image = text_dup(text_of(row, "image"));
        cell->platform = text_dup(text_of(row, "platform"));
        cell->suite = text_dup(text_of(row, "suite"));
        cell->refused = text_dup(text_of(row, "refused"));
        if (cell->image == NULL || cell->platform == NULL || cell->suite == NULL)
            code = error_set(err, -EBADMSG, "the cells of a run: a cell lacks a name");
    }
    return code;
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
    return plan_from_json(json, "the plan of a run", &run->plan, err);
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
