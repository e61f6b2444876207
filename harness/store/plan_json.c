/* SPDX-License-Identifier: Apache-2.0 */
/* A plan's words to JSON and back. */
#include "store/plan_json.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "model/plan.h"

enum { LIST_LIMIT = 10000, JOBS_LIMIT = 10000, SCALE_LIMIT = 1000 };

/* The lists, so that writing and reading cannot drift apart. */
static const struct list {
    const char *key;
    size_t offset;
} lists[] = {
    {"images", offsetof(struct plan, images)},
    {"platforms", offsetof(struct plan, platforms)},
    {"suites", offsetof(struct plan, suites)},
    {"items", offsetof(struct plan, items)},
};
enum { LIST_COUNT = sizeof(lists) / sizeof(lists[0]) };

static struct strv *slot(const struct plan *plan, const struct list *list)
{
    return (struct strv *)((char *)plan + list->offset);
}

void plan_budgets_to_json(const struct plan *plan, json_t *root)
{
    json_t *folders = json_array();

    vec_foreach (row, &plan->folders)
        json_array_append_new(folders, json_pack("{s:o, s:o}", "suite", json_from_text(row->suite),
                                                 "folder", json_from_text(row->folder)));
    json_object_set_new(root, "repeat", json_integer(plan->repeat > 0 ? plan->repeat : 1));
    json_object_set_new(root, "retry", json_integer(plan->retry));
    json_object_set_new(root, "retry-infrastructure", json_integer(plan->retry_infrastructure));
    if (plan->folders_unknown)
        json_decref(folders);
    else
        json_object_set_new(root, "suite-folders", folders);
    if (plan->strict)
        json_object_set_new(root, "strict", json_true());
    if (plan->allow_partial)
        json_object_set_new(root, "allow-partial", json_true());
}

static int read_number(const json_t *root, const char *what, const char *key, int64_t least,
                       int64_t most, unsigned *slot, struct error **err)
{
    int64_t number = 0;
    int code;

    if (json_object_get(root, key) == NULL)
        return 0;
    code = json_get_integer(root, what, key, least, most, &number, err);
    if (code == 0)
        *slot = (unsigned)number;
    return code;
}

static int read_folders(const json_t *root, const char *what, struct plan *plan, struct error **err)
{
    json_t *array = NULL;
    int code;

    plan->folders_unknown = json_object_get(root, "suite-folders") == NULL;
    if (plan->folders_unknown)
        return 0;
    code = json_get_array(root, what, "suite-folders", LIST_LIMIT, &array, err);
    for (size_t i = 0; code == 0 && i < json_array_size(array); i++) {
        const char *suite = NULL, *folder = NULL;
        struct plan_folder *row;

        code = json_get_string(json_array_get(array, i), what, "suite", &suite, err);
        if (code == 0)
            code = json_get_string(json_array_get(array, i), what, "folder", &folder, err);
        if (code < 0)
            break;
        row = vec_add(&plan->folders);
        row->suite = text_dup(suite);
        row->folder = text_dup(folder);
    }
    return code;
}

int plan_budgets_from_json(const json_t *root, const char *what, struct plan *plan,
                           struct error **err)
{
    int code;

    plan->repeat = 1;
    plan->retry = 0;
    plan->retry_infrastructure = PLAN_RETRY_INFRASTRUCTURE;
    plan->strict = json_is_true(json_object_get(root, "strict"));
    plan->allow_partial = json_is_true(json_object_get(root, "allow-partial"));
    code = read_number(root, what, "repeat", 1, PLAN_REPEAT_MOST, &plan->repeat, err);
    if (code == 0)
        code = read_number(root, what, "retry", 0, PLAN_RETRY_MOST, &plan->retry, err);
    if (code == 0)
        code = read_number(root, what, "retry-infrastructure", 0, PLAN_RETRY_MOST,
                           &plan->retry_infrastructure, err);
    return code == 0 ? read_folders(root, what, plan, err) : code;
}

json_t *plan_to_json(const struct plan *plan)
{
    json_t *root = json_object();

    for (size_t i = 0; i < LIST_COUNT; i++) {
        const struct strv *from = slot(plan, &lists[i]);
        json_t *array = json_array();

        for (size_t j = 0; j < from->count; j++)
            json_array_append_new(array, json_from_text(from->items[j]));
        json_object_set_new(root, lists[i].key, array);
    }
    json_object_set_new(root, "accel", json_string(accel_policy_name(plan->accel)));
    json_object_set_new(root, "cold", json_boolean(plan->cold));
    if (plan->keep_failed)
        json_object_set_new(root, "keep-failed", json_true());
    if (plan->reuse_install)
        json_object_set_new(root, "reuse-install", json_true());
    json_object_set_new(root, "jobs", json_integer(plan->jobs));
    json_object_set_new(root, "connect", json_from_text(plan->connect));
    json_object_set_new(root, "time-scale", json_integer(plan->time_scale));
    plan_budgets_to_json(plan, root);
    return root;
}

static int read_list(const json_t *root, const char *what, const struct list *list,
                     struct plan *plan, struct error **err)
{
    json_t *array = NULL;
    int code = json_get_array(root, what, list->key, LIST_LIMIT, &array, err);

    for (size_t i = 0; code == 0 && i < json_array_size(array); i++) {
        const char *text = json_string_value(json_array_get(array, i));

        if (text == NULL)
            return error_set(err, -EBADMSG, "%s: '%s' must hold strings", what, list->key);
        strv_add(slot(plan, list), text);
    }
    return code;
}

int plan_from_json(const json_t *root, const char *what, struct plan *ret_plan, struct error **err)
{
    _cleanup_(plan_done) struct plan plan = {.cold = false};
    const char *accel = NULL, *connect = NULL;
    int64_t jobs = 0;
    int code = 0;

    for (size_t i = 0; code == 0 && i < LIST_COUNT; i++)
        code = read_list(root, what, &lists[i], &plan, err);
    if (code == 0)
        code = json_get_string(root, what, "accel", &accel, err);
    if (code == 0 && !accel_policy_parse(accel, &plan.accel))
        code = error_set(err, -EBADMSG, "%s: 'accel' is '%s', not a policy", what, accel);
    if (code == 0)
        code = json_get_bool(root, what, "cold", &plan.cold, err);
    plan.keep_failed = json_is_true(json_object_get(root, "keep-failed"));
    plan.reuse_install = json_is_true(json_object_get(root, "reuse-install"));
    if (code == 0)
        code = json_get_integer(root, what, "jobs", 0, JOBS_LIMIT, &jobs, err);
    if (code == 0 && !json_is_null(json_object_get(root, "connect")))
        code = json_get_string(root, what, "connect", &connect, err);
    if (code == 0)
        code = read_number(root, what, "time-scale", 0, SCALE_LIMIT, &plan.time_scale, err);
    if (code == 0)
        code = plan_budgets_from_json(root, what, &plan, err);
    if (code < 0)
        return code;
    plan.jobs = (unsigned)jobs;
    plan.connect = text_dup(connect);
    *ret_plan = plan;
    plan = (struct plan){.cold = false};
    return 0;
}
