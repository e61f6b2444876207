/* SPDX-License-Identifier: Apache-2.0 */
/* The members of a plan. */
#include "model/plan.h"

#include "base/cleanup.h"

enum { LIST_LIMIT = 10000, JOBS_LIMIT = 10000, SCALE_LIMIT = 1000 };

static const struct member folder_rows[] = {
    MEMBER(struct plan_folder, suite, TEXT, "suite"),
    MEMBER(struct plan_folder, folder, TEXT, "folder"),
};
static const struct members folder_members = MEMBERS(struct plan_folder, folder_rows);

static const struct member cell_rows[] = {
    MEMBER(struct plan_cell, image, TEXT, "image"),
    MEMBER(struct plan_cell, platform, TEXT, "platform"),
    MEMBER(struct plan_cell, suite, TEXT, "suite"),
    MEMBER(struct plan_cell, refused, TEXT, "refused", .flags = MEMBER_NULL | MEMBER_ABSENT),
};
const struct members plan_cell_members = MEMBERS(struct plan_cell, cell_rows);

#define LIST(field) MEMBER(struct plan, field, TEXTS, #field, .limit = LIST_LIMIT)
#define NUMBER(field, key, least, most)                                                            \
    MEMBER(struct plan, field, NUMBER, key, .flags = MEMBER_ABSENT, .min = (least), .max = (most))

static const struct member plan_rows[] = {
    LIST(images),
    LIST(platforms),
    LIST(suites),
    /* The policy, which a run's manifest contains too, begins here. */
    MEMBER(struct plan, items, TEXTS, "items", .limit = ITEM_COUNT, .words = &item_words),
    MEMBER(struct plan, accel, WORD, "accel", .words = &accel_policy_words),
    MEMBER(struct plan, cold, BOOL, "cold"),
    MEMBER(struct plan, aside, BOOL, "aside", .flags = MEMBER_OMIT | MEMBER_ABSENT),
    MEMBER(struct plan, keep_failed, BOOL, "keep-failed", .flags = MEMBER_OMIT | MEMBER_ABSENT),
    MEMBER(struct plan, reuse_install, BOOL, "reuse-install", .flags = MEMBER_OMIT | MEMBER_ABSENT),
    MEMBER(struct plan, probes, BOOL, "probes", .flags = MEMBER_OMIT | MEMBER_ABSENT),
    MEMBER(struct plan, no_probes, BOOL, "no-probes", .flags = MEMBER_OMIT | MEMBER_ABSENT),
    MEMBER(struct plan, measures, TEXTS, "measure", .flags = MEMBER_OMIT | MEMBER_ABSENT,
           .limit = MEASURE_COUNT, .words = &measure_words),
    MEMBER(struct plan, packages, TEXT, "packages-from", .flags = MEMBER_OMIT | MEMBER_ABSENT),
    NUMBER(jobs, "jobs", 0, JOBS_LIMIT),
    MEMBER(struct plan, connect, TEXT, "connect", .flags = MEMBER_NULL | MEMBER_ABSENT),
    MEMBER(struct plan, label, TEXT, "label", .flags = MEMBER_OMIT | MEMBER_ABSENT),
    MEMBER(struct plan, build, TEXT, "build", .flags = MEMBER_OMIT | MEMBER_ABSENT),
    NUMBER(time_scale, "time-scale", 0, SCALE_LIMIT),
    NUMBER(repeat, "repeat", 1, PLAN_REPEAT_MOST),
    NUMBER(retry, "retry", 0, PLAN_RETRY_MOST),
    NUMBER(retry_infrastructure, "retry-infrastructure", 0, PLAN_RETRY_MOST),
    MEMBER(struct plan, rounds, NUMBER, "rounds", .flags = MEMBER_OMIT | MEMBER_ABSENT, .min = 0,
           .max = PLAN_ROUNDS_MOST),
    MEMBER(struct plan, minutes, NUMBER, "minutes", .flags = MEMBER_OMIT | MEMBER_ABSENT, .min = 0,
           .max = PLAN_MINUTES_MOST),
    MEMBER(struct plan, folders, ROWS, "suite-folders", .flags = MEMBER_ABSENT, .limit = LIST_LIMIT,
           .table = &folder_members),
    MEMBER(struct plan, strict, BOOL, "strict", .flags = MEMBER_OMIT | MEMBER_ABSENT),
    MEMBER(struct plan, allow_partial, BOOL, "allow-partial", .flags = MEMBER_OMIT | MEMBER_ABSENT),
    /* Cells are stored separately, in the store and in a manifest. */
    MEMBER(struct plan, cells, ROWS, NULL, .table = &plan_cell_members),
};
enum { POLICY = 3 };
static const struct members plan_members = MEMBERS(struct plan, plan_rows);
static const struct members plan_policy_members = {
    plan_rows + POLICY, sizeof(plan_rows) / sizeof(plan_rows[0]) - POLICY, sizeof(struct plan)};

/* Sets the meaning of members that are absent. */
static int read_by(const struct members *table, const json_t *json, const char *what,
                   struct plan *plan, struct error **err)
{
    plan->repeat = 1;
    plan->retry_infrastructure = PLAN_RETRY_INFRASTRUCTURE;
    plan->folders_unknown = json_object_get(json, "suite-folders") == NULL;
    return members_from_json(table, json, what, plan, err);
}

int plan_from_json(const json_t *json, const char *what, struct plan *ret_plan, struct error **err)
{
    _cleanup_(plan_done) struct plan plan = {.cold = false};
    int code = read_by(&plan_members, json, what, &plan, err);

    if (code < 0)
        return code;
    *ret_plan = plan;
    plan = (struct plan){.cold = false};
    return 0;
}

int plan_policy_from_json(const json_t *json, const char *what, struct plan *plan,
                          struct error **err)
{
    return read_by(&plan_policy_members, json, what, plan, err);
}

/* Members that an older version did not record are not written. */
static void write_by(const struct members *table, const struct plan *plan, json_t *to)
{
    members_to_json(table, plan, to);
    if (plan->folders_unknown)
        json_object_del(to, "suite-folders");
}

json_t *plan_to_json(const struct plan *plan)
{
    json_t *root = json_object();

    write_by(&plan_members, plan, root);
    return root;
}

void plan_policy_to_json(const struct plan *plan, json_t *to)
{
    write_by(&plan_policy_members, plan, to);
}

void plan_done(struct plan *plan)
{
    members_done(&plan_members, plan);
}
