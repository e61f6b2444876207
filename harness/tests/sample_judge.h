/* SPDX-License-Identifier: Apache-2.0 */
/* Cells and attempts, each described by a line of text, for tests of the judge. */
#ifndef TS_TESTS_SAMPLE_JUDGE_H
#define TS_TESTS_SAMPLE_JUDGE_H

#include "cunit_run.h"
#include "judge/matrix.h"
#include "sample_result.h"

#define RED "not-assessed"

/* "install:r speed:on" -> cases; r required, o optional, n native only, x not in the plan's
 * items. */
static inline void plan_cases(struct cell_record *cell, const char *spec)
{
    struct strv words = {0};

    strv_split(&words, spec, " ");
    for (size_t i = 0; i < words.count; i++) {
        struct planned_case *row = vec_add(&cell->cases);
        const char *colon = strchr(words.items[i], ':');

        row->id = text_ndup(words.items[i], (size_t)(colon - words.items[i]));
        row->item = ITEM_FUNCTION;
        row->required = strchr(colon, 'r') != NULL;
        row->native_only = strchr(colon, 'n') != NULL;
        row->planned = strchr(colon, 'x') == NULL;
    }
    strv_done(&words);
}

/* "install=PASS speed=DONE" -> their outcomes. */
static inline struct result *came(const struct cell_record *cell, unsigned attempt,
                                  const char *spec)
{
    struct result *result = sample_cell("r1", "a", "kunpeng", "redis", attempt);
    struct strv words = {0};

    strv_split(&words, spec, " ");
    for (size_t i = 0; i < words.count; i++) {
        const char *equals = strchr(words.items[i], '=');
        char *id = text_ndup(words.items[i], (size_t)(equals - words.items[i]));
        enum status status = STATUS_MISS;
        bool required = false, judgeable = true;

        CU_ASSERT_FATAL(status_parse(equals + 1, &status));
        vec_foreach (planned, &cell->cases) {
            if (strcmp(planned->id, id) == 0) {
                required = planned->required;
                judgeable = !planned->native_only;
            }
        }
        sample_case(result, id, ITEM_FUNCTION, required, status)->judgeable = judgeable;
        if (status == STATUS_FAIL)
            result->cases.items[result->cases.count - 1].blame = BLAME_PRODUCT;
        free(id);
    }
    strv_done(&words);
    return result;
}

static inline void wrong_midr(struct result *result)
{
    sample_check(result, "midr", "0x481fd010", "0x411fd070");
}

static inline void native(struct result *result)
{
    result->grade = GRADE_NATIVE;
    result->accel = ACCEL_KVM;
}

static inline void worker_died(struct result *result)
{
    result->outcome = STATUS_MISS;
    result->blame = BLAME_HARNESS;
    result->reason = text_dup("the worker was killed by signal 9");
}

#endif
