/* SPDX-License-Identifier: Apache-2.0 */
/* Growth for large runs and packages: ten times the input takes about ten times as long, not a
 * hundred times. Times are compared only with each other, by a factor that quadratic growth
 * exceeds. */
#include <time.h>

#include "base/cleanup.h"
#include "base/vec.h"
#include "cunit_run.h"
#include "model/finding.h"
#include "run/queue.h"
#include "run/schedule.h"

static int64_t spent_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* An array that grows one by one is moved only when its size doubles. */
static void test_vec(void)
{
    VEC(size_t) numbers = {0};
    size_t moves = 0;

    for (size_t i = 0; i < 100000; i++) {
        const size_t *before = numbers.items;

        *vec_add(&numbers) = i;
        moves += numbers.items != before;
    }
    CU_ASSERT(moves <= 18);
    CHECK_INT(numbers.items[99999], 99999);
    vec_done(&numbers);
}

static void add_findings(struct findings *findings, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char name[32];

        snprintf(name, sizeof(name), "lib/%zu.so", i * 7919 % 1000003);
        findings_add(findings, 0, name, NULL, NULL, NULL);
    }
}

/* The same number again beyond the limit costs at most a few times as much. */
static void test_findings_bound(void)
{
    struct findings findings = {0};
    int64_t start = spent_us(), first, further;

    add_findings(&findings, FINDINGS_MAX);
    first = spent_us() - start;
    start = spent_us();
    add_findings(&findings, FINDINGS_MAX);
    further = spent_us() - start;
    CHECK_INT(findings.rows.count <= FINDINGS_MAX, true);
    CU_ASSERT(further < first * 50 + 1000000);
    findings_done(&findings);
}

/* A prepare job for every hundred cells, which wait for it. */
static void fill(struct schedule *schedule, size_t jobs)
{
    for (size_t i = 0; i < jobs; i++)
        vec_add(&schedule->jobs)->after = i % 100 == 0 ? SCHEDULE_AFTER_NONE : (int)(i - i % 100);
}

/* Takes every job like the controller with one worker; returns their number, and whether all came
 * in order. */
static size_t drain(struct queue *queue, bool *ret_in_order)
{
    size_t job, taken = 0;

    *ret_in_order = true;
    for (; queue_next(queue, &job); taken++) {
        *ret_in_order = *ret_in_order && job == taken;
        for (size_t next = queue_first_waiting(queue, job); next != QUEUE_NONE;
             next = queue_next_waiting(queue, next))
            queue_add(queue, next);
    }
    return taken;
}

static int64_t drain_time(size_t jobs, unsigned times)
{
    _cleanup_(schedule_done) struct schedule schedule = {.parallel = 1};
    int64_t start;

    fill(&schedule, jobs);
    start = spent_us();
    for (unsigned i = 0; i < times; i++) {
        _cleanup_(queue_free_cleanup) struct queue *queue = queue_new(&schedule);
        bool in_order;

        CHECK_INT(drain(queue, &in_order), jobs);
        CHECK_INT(in_order, true);
    }
    return spent_us() - start;
}

/* Ten times 10^4 jobs against once 10^5: equal except for the logarithm; factor 10 if quadratic. */
static void test_queue_growth(void)
{
    int64_t small = drain_time(10000, 10), large = drain_time(100000, 1);

    printf(" (10 x 10^4 jobs: %lld us, 10^5 jobs: %lld us)", (long long)small, (long long)large);
    CU_ASSERT(large < small * 5);
}

/* Jobs that were started before, or whose predecessor has ended, at the start of a resumed run. */
static void test_queue_resumed(void)
{
    _cleanup_(schedule_done) struct schedule schedule = {.parallel = 1};
    _cleanup_(queue_free_cleanup) struct queue *queue = NULL;
    size_t job;

    fill(&schedule, 5);
    vec_add(&schedule.jobs)->after = SCHEDULE_AFTER_NONE;
    schedule.jobs.items[0].started = schedule.jobs.items[0].ended = true;
    schedule.jobs.items[2].started = true;
    vec_add(&schedule.jobs)->after = 5;
    queue = queue_new(&schedule);
    for (size_t i = 0; i < 4; i++) {
        static const size_t wanted[] = {1, 3, 4, 5};

        CHECK_INT(queue_peek(queue, &job), true);
        CHECK_INT(job, wanted[i]);
        CHECK_INT(queue_next(queue, &job), true);
        CHECK_INT(job, wanted[i]);
    }
    CHECK_INT(queue_next(queue, &job), false);
    CHECK_INT(queue_first_waiting(queue, 5), 6);
    CHECK_INT(queue_next_waiting(queue, 6), QUEUE_NONE);
}

/* Jobs with two guests take two places, or all where there is one. */
static void test_room(void)
{
    static const struct {
        unsigned parallel, busy, guests;
        bool fits;
    } rows[] = {{1, 0, 1, true},  {1, 1, 1, false}, {1, 0, 2, true}, {1, 2, 1, false},
                {2, 0, 2, true},  {2, 1, 2, false}, {2, 1, 0, true}, {2, 2, 1, false},
                {3, 1, 2, true},  {3, 2, 2, false}, {3, 2, 1, true}, {4, 2, 2, true},
                {4, 3, 2, false}, {8, 0, 2, true}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct schedule schedule = {.parallel = rows[i].parallel};
        const struct schedule_job job = {.guests = rows[i].guests};

        CHECK_INT(schedule_has_room(&schedule, rows[i].busy, &job), rows[i].fits);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"a vec moves as often as it doubles", test_vec},
                           {"findings beyond their bound cost no more each", test_findings_bound},
                           {"ten times the jobs, ten times the steps", test_queue_growth},
                           {"jobs that ran before", test_queue_resumed},
                           {"room for two guests", test_room},
                           CU_TEST_INFO_NULL};

    return cunit_run("growth", tests);
}
