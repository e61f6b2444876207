/* SPDX-License-Identifier: Apache-2.0 */
/* A run with a cell of every kind: failed, flaky, on the wrong guest, dead, refused, compatible. */
#ifndef TS_TESTS_SAMPLE_MATRIX_H
#define TS_TESTS_SAMPLE_MATRIX_H

#include "sample_store.h"

#define SAMPLE_IMAGE "debian-bookworm-arm64"

/* A run of two suites, without cells. */
static inline void sample_ended_run(struct run_record *ret_run)
{
    ret_run->id = text_dup(SAMPLE_RUN);
    ret_run->created_ms = 1767225600000;
    ret_run->ended_ms = 1767225900000;
    ret_run->state = RUN_ENDED;
    ret_run->plan.retry_infrastructure = PLAN_RETRY_INFRASTRUCTURE;
    strv_add(&ret_run->plan.suites, "behaviour");
    strv_add(&ret_run->plan.suites, "redis");
}

static inline void sample_add_matrix(struct store *store)
{
    _cleanup_(suite_free_cleanup) struct suite *redis = sample_suite("redis");
    _cleanup_(suite_free_cleanup) struct suite *probe = text_calloc(1, sizeof(*probe));
    _cleanup_(run_record_done) struct run_record run = {0};
    const struct suite *suites[] = {redis, probe};

    probe->name = text_dup("behaviour");
    sample_suite_case(probe, "probe", ITEM_FUNCTION, true, false);
    sample_ended_run(&run);
    sample_plan_cell(&run, SAMPLE_IMAGE, "kunpeng", "behaviour", NULL);
    sample_plan_cell(&run, SAMPLE_IMAGE, "kunpeng", "redis", NULL);
    sample_plan_cell(&run, SAMPLE_IMAGE, "phytium", "behaviour", NULL);
    sample_plan_cell(&run, SAMPLE_IMAGE, "phytium", "redis", NULL);
    sample_plan_cell(&run, SAMPLE_IMAGE, "phytium-d3000", "behaviour", NULL);
    sample_plan_cell(&run, "debian-bookworm-amd64", "x86", "behaviour", NULL);
    sample_plan_cell(&run, "debian-bookworm-amd64", "x86", "redis", "the suite needs 2 guests");
    CU_ASSERT_FATAL(store_add_run(store, &run, suites, 2, NULL) == 0);
}

static inline void sample_merge_whole(struct store *store, const char *work, struct result *result)
{
    struct error *err = NULL;

    if (sample_merge(store, work, result, &err) < 0)
        printf("\n%s\n", error_message(err));
    CU_ASSERT_FATAL(err == NULL);
    result_free(result);
}

/* kunpeng/redis failed, with output that imitates the harness's own. */
static inline void sample_merge_failed(struct store *store, const char *work)
{
    struct result *result = sample_result(SAMPLE_RUN, SAMPLE_IMAGE, "kunpeng");
    struct point *point = vec_add(&result->cases.items[1].points);

    point->name = text_dup("looks \xe8\xaf\x95\xe9\x87\x91 \xe2\x80\xae fine\x1b[2J");
    point->status = STATUS_PASS;
    sample_merge_whole(store, work, result);
}

/* phytium/redis: persist failed once, then passed; speed is not judged. */
static inline void sample_merge_flaky(struct store *store, const char *work)
{
    struct result *first = sample_result(SAMPLE_RUN, SAMPLE_IMAGE, "phytium");
    struct result *second = sample_result(SAMPLE_RUN, SAMPLE_IMAGE, "phytium");
    struct case_result *row = &second->cases.items[1];

    second->attempt = 2;
    sample_predict(second);
    sample_footprint(second);
    second->started_ms += 60000;
    second->ended_ms += 60000;
    case_result_done(row);
    *row = (struct case_result){.id = text_dup("persist"),
                                .item = ITEM_FUNCTION,
                                .required = true,
                                .judgeable = true,
                                .status = STATUS_PASS,
                                .started = true,
                                .duration_ms = 900};
    sample_merge_whole(store, work, first);
    sample_merge_whole(store, work, second);
}

static inline struct result *sample_probed(const char *image, const char *platform)
{
    struct result *result = sample_cell(SAMPLE_RUN, image, platform, "behaviour", 1);
    bool arm = strcmp(platform, "x86") != 0;

    sample_case(result, "probe", ITEM_FUNCTION, true, STATUS_PASS);
    result_add_observation(result, "probe", "page_size", "4096", "bytes");
    result_add_observation(result, "probe", "abi.char", arm ? "unsigned" : "signed", NULL);
    result_add_observation(result, "probe", arm ? "isa.atomics" : "isa.avx2", "executes", NULL);
    result_add_observation(result, "probe", "boot.time", arm ? "9.5" : "3.25", "s");
    result_add_observation(result, NULL, "cpu.arch", arm ? "aarch64" : "x86_64", NULL);
    result_add_observation(result, NULL, "system.boot_id", platform, NULL);
    return result;
}

static inline void sample_merge_probes(struct store *store, const char *work)
{
    struct result *wrong = sample_probed(SAMPLE_IMAGE, "phytium");
    struct result *died = sample_cell(SAMPLE_RUN, SAMPLE_IMAGE, "phytium-d3000", "behaviour", 1);

    sample_check(wrong, "vendor", "0x70", "0x41");
    died->grade = GRADE_NONE;
    died->identity_measured = false;
    died->outcome = STATUS_MISS;
    died->blame = BLAME_HOST;
    died->reason = text_dup("QEMU died with signal 9 before the guest's agent came");
    sample_merge_whole(store, work, sample_probed(SAMPLE_IMAGE, "kunpeng"));
    sample_merge_whole(store, work, wrong);
    sample_merge_whole(store, work, died);
    sample_merge_whole(store, work, sample_probed("debian-bookworm-amd64", "x86"));
}

/* A run with --item install --item function of a suite with further items: one cell is partial, one
 * suite is complete. */
static inline void sample_add_partial(struct store *store, const char *work)
{
    _cleanup_(suite_free_cleanup) struct suite *redis = sample_suite("redis");
    _cleanup_(suite_free_cleanup) struct suite *probe = text_calloc(1, sizeof(*probe));
    _cleanup_(run_record_done) struct run_record run = {0};
    const struct suite *suites[] = {redis, probe};
    struct result *result = sample_cell(SAMPLE_RUN, SAMPLE_IMAGE, "kunpeng", "redis", 1);

    probe->name = text_dup("behaviour");
    sample_suite_case(probe, "probe", ITEM_FUNCTION, true, false);
    sample_suite_case(redis, "overload", ITEM_STRESS, true, false);
    sample_suite_case(redis, "remove", ITEM_UNINSTALL, true, false);
    sample_ended_run(&run);
    strv_add(&run.plan.items, "install");
    strv_add(&run.plan.items, "function");
    sample_plan_cell(&run, SAMPLE_IMAGE, "kunpeng", "behaviour", NULL);
    sample_plan_cell(&run, SAMPLE_IMAGE, "kunpeng", "redis", NULL);
    CU_ASSERT_FATAL(store_add_run(store, &run, suites, 2, NULL) == 0);
    sample_case(result, "install", ITEM_INSTALL, true, STATUS_PASS);
    sample_case(result, "persist", ITEM_FUNCTION, true, STATUS_PASS);
    sample_merge_whole(store, work, result);
    sample_merge_whole(store, work, sample_probed(SAMPLE_IMAGE, "kunpeng"));
}

static inline char *sample_partial_home(struct store **ret_store)
{
    char *home = temp_folder_new();
    _cleanup_folder_ char *work = temp_folder_new();

    CU_ASSERT_FATAL(store_open(home, ret_store, NULL) == 0);
    sample_add_partial(*ret_store, work);
    return home;
}

static inline char *sample_home(struct store **ret_store)
{
    char *home = temp_folder_new();
    _cleanup_folder_ char *work = temp_folder_new();

    CU_ASSERT_FATAL(store_open(home, ret_store, NULL) == 0);
    sample_add_matrix(*ret_store);
    sample_merge_failed(*ret_store, work);
    sample_merge_flaky(*ret_store, work);
    sample_merge_probes(*ret_store, work);
    return home;
}

#endif
