/* SPDX-License-Identifier: Apache-2.0 */
/* Every series of up to nine images, with every first bad one and every set of images that say
 * nothing: bisect finds the first bad image, or a range that contains it and nothing known. */
#include "judge/bisect.h"

#include "cunit_run.h"

enum { MOST = 9 };

struct series {
    size_t count, first_bad; /* first_bad == count: all are good */
    unsigned silent;         /* bits of the images that say nothing */
};

static enum bisect_mark ask(const struct series *series, size_t image)
{
    if (series->silent >> image & 1)
        return BISECT_SKIPPED;
    return image < series->first_bad ? BISECT_GOOD : BISECT_BAD;
}

/* Returns the number of tests that were made. */
static unsigned solve(const struct series *series, enum bisect_mark *marks,
                      struct bisect_step *ret_step)
{
    unsigned tests = 0;

    for (;;) {
        *ret_step = bisect_next(marks, series->count);
        if (ret_step->end != BISECT_TEST)
            return tests;
        CU_ASSERT_FATAL(ret_step->next < series->count);
        CU_ASSERT_FATAL(marks[ret_step->next] == BISECT_UNTESTED);
        CU_ASSERT(ret_step->left >= 1);
        marks[ret_step->next] = ask(series, ret_step->next);
        tests++;
    }
}

/* What can be known of the series at best. */
static void check(const struct series *series, const struct bisect_step *step)
{
    size_t good = series->count, bad = series->count;

    for (size_t i = 0; i < series->count; i++)
        if (ask(series, i) == BISECT_GOOD)
            good = i;
    for (size_t i = series->count; i-- > 0;)
        if (ask(series, i) == BISECT_BAD)
            bad = i;
    if (good == series->count && bad == series->count)
        CHECK_INT(step->end, BISECT_NOTHING);
    else if (bad == series->count)
        CHECK_INT(step->end, BISECT_NO_BAD);
    else if (good == series->count)
        CHECK_INT(step->end, BISECT_NO_GOOD);
    else {
        CHECK_INT(step->end, bad == good + 1 ? BISECT_FOUND : BISECT_AMONG);
        CHECK_INT(step->good, good);
        CHECK_INT(step->bad, bad);
        CU_ASSERT(step->good < series->first_bad && series->first_bad <= step->bad);
    }
}

static void test_all(void)
{
    for (size_t count = 0; count <= MOST; count++)
        for (size_t first = 0; first <= count; first++)
            for (unsigned silent = 0; silent < 1u << count; silent++) {
                const struct series series = {count, first, silent};
                enum bisect_mark marks[MOST] = {BISECT_UNTESTED};
                struct bisect_step step;

                solve(&series, marks, &step);
                check(&series, &step);
            }
}

/* Without silent images, the ends and then the logarithm. */
static void test_steps(void)
{
    for (size_t count = 2; count <= MOST; count++)
        for (size_t first = 1; first < count; first++) {
            const struct series series = {count, first, 0};
            enum bisect_mark marks[MOST] = {BISECT_UNTESTED};
            struct bisect_step step;
            unsigned most = 2;

            for (size_t rest = count - 2; rest > 0; rest /= 2)
                most++;
            CU_ASSERT(solve(&series, marks, &step) <= most);
        }
}

/* What is known is not tested again, also if an older series of failures was mended. */
static void test_known(void)
{
    enum bisect_mark marks[] = {BISECT_GOOD, BISECT_BAD,      BISECT_GOOD, BISECT_UNTESTED,
                                BISECT_BAD,  BISECT_UNTESTED, BISECT_BAD};
    struct bisect_step step = bisect_next(marks, 7);

    CHECK_INT(step.end, BISECT_TEST);
    CHECK_INT(step.next, 3);
    CHECK_INT(step.left, 1);
    marks[3] = BISECT_GOOD;
    step = bisect_next(marks, 7);
    CHECK_INT(step.end, BISECT_FOUND);
    CHECK_INT(step.bad, 4);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"all", test_all}, {"steps", test_steps}, {"known", test_known}, CU_TEST_INFO_NULL};

    return cunit_run("bisect", tests);
}
