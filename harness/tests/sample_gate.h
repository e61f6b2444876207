/* SPDX-License-Identifier: Apache-2.0 */
/* Two runs of two cells with two cases each: a baseline, and one that differs from it. */
#ifndef TS_TESTS_SAMPLE_GATE_H
#define TS_TESTS_SAMPLE_GATE_H

#include "sample_matrix.h"

#define BASELINE "20260101-aaaaaa"
#define RUN "20260102-bbbbbb"

/* How a run differs from one in which the two cases of both cells pass. */
struct sample {
    enum status status;   /* of the second case on phytium */
    bool without_cell;    /* phytium is not planned */
    bool without_case;    /* the second case is not in the suite */
    bool left_out;        /* the second case is not planned */
    bool without_attempt; /* phytium never ran */
    bool wrong_guest;     /* on phytium */
    bool optional;        /* the second case */
    const char *second;   /* another platform in place of phytium */
    enum grade grade;     /* GRADE_NONE: emulated */
    bool open;
};

static inline struct suite *gate_suite_of(const struct sample *sample)
{
    struct suite *suite = text_calloc(1, sizeof(*suite));

    suite->name = text_dup("probe");
    sample_suite_case(suite, "one", ITEM_FUNCTION, true, false);
    if (!sample->without_case)
        sample_suite_case(suite, "two", ITEM_STRESS, !sample->optional, false);
    return suite;
}

static inline void gate_add_result(struct store *store, const char *work, const char *run,
                                   const char *platform, const struct sample *sample, bool differs)
{
    _cleanup_result_ struct result *result = sample_cell(run, "a", platform, "probe", 1);
    _cleanup_error_ struct error *err = NULL;

    if (sample->grade != GRADE_NONE)
        result->grade = sample->grade;
    sample_case(result, "one", ITEM_FUNCTION, true, STATUS_PASS);
    if (!sample->without_case && !sample->left_out) {
        struct case_result *row = sample_case(result, "two", ITEM_STRESS, !sample->optional,
                                              differs ? sample->status : STATUS_PASS);

        row->blame = row->status == STATUS_PASS ? BLAME_NONE : BLAME_PRODUCT;
        row->reason = row->status == STATUS_PASS ? NULL : text_dup("it broke");
    }
    if (differs && sample->wrong_guest)
        sample_check(result, "midr", "0x1", "0x2");
    if (sample_merge(store, work, result, &err) < 0)
        printf("\n%s\n", error_message(err));
    CU_ASSERT_FATAL(err == NULL);
}

static inline void add_run(const char *home, const char *id, const struct sample *sample)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_folder_ char *work = temp_folder_new();
    _cleanup_(suite_free_cleanup) struct suite *suite = gate_suite_of(sample);
    _cleanup_(run_record_done) struct run_record run = {.created_ms = 1767225600000};
    const char *second = sample->second != NULL ? sample->second : "phytium";
    const struct suite *suites[] = {suite};

    run.created_ms += strcmp(id, RUN) == 0 ? 86400000 : 0;
    run.id = text_dup(id);
    run.plan.retry_infrastructure = PLAN_RETRY_INFRASTRUCTURE;
    strv_add(&run.plan.suites, "probe");
    if (sample->left_out)
        strv_add(&run.plan.items, "function");
    sample_plan_cell(&run, "a", "kunpeng", "probe", NULL);
    if (!sample->without_cell)
        sample_plan_cell(&run, "a", second, "probe", NULL);
    CU_ASSERT_FATAL(store_open(home, &store, NULL) == 0);
    CU_ASSERT_FATAL(store_add_run(store, &run, suites, 1, NULL) == 0);
    gate_add_result(store, work, id, "kunpeng", sample, false);
    if (!sample->without_cell && !sample->without_attempt)
        gate_add_result(store, work, id, second, sample, true);
    CU_ASSERT_FATAL(sample->open ||
                    store_end_run(store, id, RUN_ENDED, run.created_ms + 1000, NULL) == 0);
}

static const struct sample whole __attribute__((unused)) = {.status = STATUS_PASS};

#endif
