/* SPDX-License-Identifier: Apache-2.0 */
/* Counts how often texts are compared while cells of many cases are judged, explained, compared
 * and reported: with four times the cases not more than a little above four times as often. The
 * linker replaces strcmp with the function below. */
#include "judge/better.h"
#include "judge/compare.h"
#include "judge/diff.h"
#include "judge/explain.h"
#include "reports/report.h"
#include "sample_judge.h"
#include "sample_store.h"
#include "store/history_cases.h"

enum { FEW = 500, TIMES = 4, ATTEMPTS = 3 };

static uint64_t compared;

int __real_strcmp(const char *a, const char *b);
int __wrap_strcmp(const char *a, const char *b);
int __wrap_strcmp(const char *a, const char *b)
{
    compared++;
    return __real_strcmp(a, b);
}

/* Every third case fails in the last attempt, some in others; the rows are in another order than
 * the plan, and a different one in each attempt. */
static void add_attempt(struct matrix_cell *cell, unsigned count, unsigned attempt)
{
    static const unsigned steps[ATTEMPTS] = {7, 11, 13}; /* not divisors of the counts */
    struct result *result = sample_cell("r1", "a", "kunpeng", "redis", attempt + 1);

    for (unsigned i = 0; i < count; i++) {
        unsigned which = (unsigned)((uint64_t)i * steps[attempt] % count);
        _cleanup_free_ char *id = text_format("case%u", which), *key = text_format("k%u", which);
        enum status status = which % 3 == 0 && (attempt + 1 == ATTEMPTS || which % 5 == 0)
                                 ? STATUS_FAIL
                                 : STATUS_PASS;

        sample_case(result, id, ITEM_FUNCTION, which % 2 == 0, status);
        result_add_observation(result, id, key, attempt > 0 ? "after" : "before", NULL);
    }
    *vec_add(&cell->attempts) = result;
    cell_summary_add(&cell->summary, result);
}

/* first: of the attempts. */
static void make(struct matrix_cell *cell, unsigned count, unsigned first)
{
    *cell = (struct matrix_cell){.cell.repeat = ATTEMPTS - first};
    cell->cell.image = text_dup("a");
    cell->cell.platform = text_dup("kunpeng");
    cell->cell.suite = text_dup("redis");
    for (unsigned i = 0; i < count; i++) {
        struct planned_case *planned = vec_add(&cell->cell.cases);

        planned->id = text_format("case%u", i);
        planned->item = ITEM_FUNCTION;
        planned->required = i % 2 == 0;
        planned->planned = true;
    }
    for (unsigned i = first; i < ATTEMPTS; i++)
        add_attempt(cell, count, i);
    judge_cell(&cell->cell, (const struct result *const *)cell->attempts.items,
               cell->attempts.count, &cell->judgement);
}

static void judge(const struct matrix_cell *cell)
{
    _cleanup_(judgement_done) struct judgement judgement = {0};

    judge_cell(&cell->cell, (const struct result *const *)cell->attempts.items,
               cell->attempts.count, &judgement);
    CHECK_INT(judgement.verdict, VERDICT_INCOMPATIBLE);
}

static void improve(const struct matrix_cell *cell)
{
    _cleanup_(better_done) struct better better = {0};

    judge_better(&cell->cell, (const struct result *const *)cell->attempts.items,
                 cell->attempts.count, &cell->judgement, &better);
    CU_ASSERT(better.exists);
}

static void explain(const struct matrix_cell *cell)
{
    _cleanup_strv_ struct strv because = {0};

    judge_explain(&cell->cell, (const struct result *const *)cell->attempts.items,
                  cell->attempts.count, &cell->judgement, &because);
    CU_ASSERT(because.count > 0);
}

static void difference(const struct matrix_cell *cell)
{
    struct matrix_cell after;
    struct diff_cell diff;

    make(&after, (unsigned)cell->cell.cases.count, ATTEMPTS - 1);
    diff_cells(cell, &after, &diff);
    CU_ASSERT(diff.cases.count > 0);
    diff_cell_done(&diff);
    matrix_cell_done(&after);
}

static void report(const struct matrix_cell *cell)
{
    struct report_cases cases = {0};

    report_cases(cell, &cases);
    CHECK_INT(cases.count, cell->cell.cases.count);
    vec_done(&cases);
}

static uint64_t work_of(void (*work)(const struct matrix_cell *), unsigned count)
{
    struct matrix_cell cell;
    uint64_t used;

    make(&cell, count, 0);
    compared = 0;
    work(&cell);
    used = compared;
    matrix_cell_done(&cell);
    return used;
}

static void test_growth(void)
{
    static const struct {
        const char *name;
        void (*work)(const struct matrix_cell *);
    } rows[] = {{"judge", judge},
                {"better", improve},
                {"explain", explain},
                {"diff", difference},
                {"report", report}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint64_t few = work_of(rows[i].work, FEW), many = work_of(rows[i].work, FEW * TIMES);

        CU_ASSERT(few >= FEW); /* else it was not counted */
        if (many > few * TIMES * 3 / 2)
            printf("\n%s: %llu comparisons, then %llu\n", rows[i].name, (unsigned long long)few,
                   (unsigned long long)many);
        CU_ASSERT(many <= few * TIMES * 3 / 2);
    }
}

/* A run of one cell with that many cases, as `history --cases` reads it. */
static uint64_t work_of_history(unsigned count)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_folder_ char *home = temp_folder_new(), *work = temp_folder_new();
    _cleanup_(suite_free_cleanup) struct suite *suite = text_calloc(1, sizeof(*suite));
    _cleanup_(run_record_done) struct run_record run = {.created_ms = 1767225600000};
    _cleanup_(history_cases_done) struct history_cases cases = {.names = {0}};
    _cleanup_(history_rows_done) struct history_rows rows = {0};
    const struct suite *suites[] = {suite};
    _cleanup_strv_ struct strv images = {0};
    struct matrix_cell cell;
    uint64_t used;

    make(&cell, count, ATTEMPTS - 1);
    suite->name = text_dup("redis");
    vec_foreach (planned, &cell.cell.cases)
        sample_suite_case(suite, planned->id, ITEM_FUNCTION, planned->required, false);
    run.id = text_dup("r1");
    strv_add(&images, "a");
    strv_add(&run.plan.suites, "redis");
    sample_plan_cell(&run, "a", "kunpeng", "redis", NULL);
    CU_ASSERT_FATAL(store_open(home, &store, NULL) == 0);
    CU_ASSERT_FATAL(store_add_run(store, &run, suites, 1, NULL) == 0);
    CU_ASSERT_FATAL(sample_merge(store, work, cell.attempts.items[0], NULL) == 0);
    CU_ASSERT_FATAL(store_read_history(store, &images, "kunpeng", "redis", NULL, JUDGE_RULES, &rows,
                                       NULL) == 0);
    compared = 0;
    CU_ASSERT_FATAL(store_read_history_cases(store, &rows, &cases, NULL) == 0);
    used = compared;
    CHECK_INT(cases.names.count, count);
    matrix_cell_done(&cell);
    return used;
}

static void test_history(void)
{
    uint64_t few = work_of_history(FEW), many = work_of_history(FEW * TIMES);

    CU_ASSERT(few > 0);
    CU_ASSERT(many <= (few + FEW) * TIMES * 3 / 2);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"four times the cases", test_growth}, {"of a history", test_history}, CU_TEST_INFO_NULL};

    return cunit_run("growth with the number of cases", tests);
}
