/* SPDX-License-Identifier: Apache-2.0 */
/* Runs of the builds of a series of images, a day or more apart. */
#ifndef TS_TESTS_SAMPLE_DAYS_H
#define TS_TESTS_SAMPLE_DAYS_H

#include "sample_matrix.h"

static inline void sample_add_day_aside(const char *home, const char *id, const char *image,
                                        int day, enum status status, bool aside)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_folder_ char *work = temp_folder_new();
    _cleanup_(run_record_done) struct run_record run = sample_run(id);
    _cleanup_(suite_free_cleanup) struct suite *suite = sample_suite("redis");
    _cleanup_result_ struct result *result = sample_result(id, image, "kunpeng");
    const struct suite *suites[] = {suite};
    struct case_result *row = result_find_case(result, "persist");

    run.created_ms += (int64_t)day * 86400000;
    run.plan.build = text_format("nightly-%d", day);
    run.plan.aside = aside;
    vec_foreach (cell, &run.plan.cells)
        if (strcmp(cell->image, "a") == 0)
            text_replace(&cell->image, image);
    row->status = status;
    row->blame = status == STATUS_PASS ? BLAME_NONE : BLAME_PRODUCT;
    if (status == STATUS_PASS)
        text_replace(&row->reason, NULL);
    CU_ASSERT_FATAL(store_open(home, &store, NULL) == 0);
    CU_ASSERT_FATAL(store_add_run(store, &run, suites, 1, NULL) == 0);
    CU_ASSERT_FATAL(sample_merge(store, work, result, NULL) == 0);
    CU_ASSERT_FATAL(store_end_run(store, id, RUN_ENDED, run.created_ms + 100000, NULL) == 0);
}

/* An ended run of this image, so many days after the first, whose case 'persist' came out so on
 * kunpeng. */
static inline void sample_add_day(const char *home, const char *id, const char *image, int day,
                                  enum status status)
{
    sample_add_day_aside(home, id, image, day, status, false);
}

/* The same, made aside. */
static inline void sample_add_aside(const char *home, const char *id, const char *image, int day,
                                    enum status status)
{
    sample_add_day_aside(home, id, image, day, status, true);
}

#endif
