/* SPDX-License-Identifier: Apache-2.0 */
/* A store with a run: two platforms, one suite; kunpeng has failed, phytium has not run yet. */
#ifndef TS_TESTS_SAMPLE_STORE_H
#define TS_TESTS_SAMPLE_STORE_H

#include "cunit_run.h"
#include "sample_result.h"
#include "store/evidence.h"
#include "store/store.h"
#include "temp_folder.h"

#define SAMPLE_RUN "20260101-aaaaaa"

static inline void sample_suite_case(struct suite *suite, const char *id, enum item item,
                                     bool required, bool native_only)
{
    struct suite_case *row = vec_add(&suite->cases);

    row->id = text_dup(id);
    row->item = item;
    row->required = required;
    row->native_only = native_only;
}

/* The cases of sample_result. */
static inline struct suite *sample_suite(const char *name)
{
    struct suite *suite = text_calloc(1, sizeof(*suite));

    suite->name = text_dup(name);
    sample_suite_case(suite, "install", ITEM_INSTALL, true, false);
    sample_suite_case(suite, "persist", ITEM_FUNCTION, true, false);
    sample_suite_case(suite, "speed", ITEM_PERFORMANCE, false, true);
    sample_suite_case(suite, "lse", ITEM_EXTRA, false, false);
    return suite;
}

static inline void sample_plan_cell(struct run_record *run, const char *image, const char *platform,
                                    const char *suite, const char *refused)
{
    struct plan_cell *cell = vec_add(&run->plan.cells);

    cell->image = text_dup(image);
    cell->platform = text_dup(platform);
    cell->suite = text_dup(suite);
    cell->refused = text_dup(refused);
}

static inline struct run_record sample_run(const char *id)
{
    struct run_record run = {.created_ms = 1790000000000, .state = RUN_OPEN};
    struct run_input *input;
    struct host_fact *fact;

    run.id = text_dup(id);
    run.plan.accel = ACCEL_POLICY_AUTO;
    run.plan.jobs = 2;
    run.plan.retry_infrastructure = PLAN_RETRY_INFRASTRUCTURE;
    strv_add(&run.plan.images, "a");
    strv_add(&run.plan.platforms, "kunpeng");
    strv_add(&run.plan.platforms, "phytium");
    strv_add(&run.plan.suites, "redis");
    sample_plan_cell(&run, "a", "kunpeng", "redis", NULL);
    sample_plan_cell(&run, "a", "phytium", "redis", NULL);
    sample_plan_cell(&run, "b", "phytium", "redis", "the image is for x86_64, phytium is aarch64");
    input = vec_add(&run.inputs);
    input->kind = text_dup("image");
    input->name = text_dup("a");
    digest_of_memory("a", 1, input->sha256);
    input->path = text_dup("/runs/20260101-aaaaaa/inputs/a.xml");
    fact = vec_add(&run.host);
    fact->key = text_dup("kernel");
    fact->value = text_dup("6.1.0");
    return run;
}

static inline int sample_add_run(struct store *store, const char *id, struct error **err)
{
    _cleanup_(suite_free_cleanup) struct suite *suite = sample_suite("redis");
    _cleanup_(run_record_done) struct run_record run = sample_run(id);
    const struct suite *suites[] = {suite};

    return store_add_run(store, &run, suites, 1, err);
}

/* Writes the bundle in folder, reads it like a controller, and merges it. */
static inline int sample_merge(struct store *store, const char *folder, struct result *result,
                               struct error **err)
{
    _cleanup_free_ char *path =
        text_format("%s/%s-%s-%u", folder, result->run_id, result->job_id, result->attempt);
    _cleanup_result_ struct result *back = NULL;
    int code = path_exists(path) ? 0 : sample_bundle(result, path, err);

    if (code == 0)
        code = bundle_read(path, &back, err);
    return code == 0 ? store_merge_result(store, back, path, err) : code;
}

#endif
