/* SPDX-License-Identifier: Apache-2.0 */
/* judge: how often each case failed, and what never counts as a failure. */
#include "judge/case_rates.h"
#include "sample_judge.h"

struct outcome_row {
    size_t run;
    const char *id;
    unsigned attempt;
    enum status status;
    enum blame blame;
    const char *signature;
    bool cut;
};

static void add(struct history_cases *to, const struct outcome_row *row)
{
    struct history_outcome *outcome;
    size_t name = 0;

    while (name < to->names.count && strcmp(to->names.items[name], row->id) != 0)
        name++;
    if (name == to->names.count)
        strv_add(&to->names, row->id);
    outcome = vec_add(&to->outcomes);
    outcome->run = row->run;
    outcome->name = name;
    outcome->attempt = row->attempt;
    outcome->status = row->status;
    outcome->blame = row->blame;
    outcome->cut = row->cut;
    snprintf(outcome->signature, sizeof(outcome->signature), "%s",
             row->signature != NULL ? row->signature : "");
}

/* One letter for each run: c conditional, n not assessed and nothing judged. */
static void make_runs(struct history_rows *rows, const char *spec)
{
    for (; *spec != '\0'; spec++) {
        struct history_row *row = vec_add(rows);

        row->run_id = text_format("run%zu", rows->count);
        row->cell.judgement.verdict = *spec == 'c' ? VERDICT_CONDITIONAL : VERDICT_NOT_ASSESSED;
        row->cell.judgement.judged = *spec == 'c';
    }
}

static void check(const struct case_rate *rate, const char *id, unsigned runs, unsigned passed,
                  unsigned failed, unsigned flaky, unsigned attempts, unsigned failed_attempts,
                  unsigned failures, unsigned trouble, enum status newest)
{
    CHECK_TEXT(rate->id, id);
    CHECK_INT(rate->runs, runs);
    CHECK_INT(rate->passed, passed);
    CHECK_INT(rate->failed, failed);
    CHECK_INT(rate->flaky, flaky);
    CHECK_INT(rate->attempts, attempts);
    CHECK_INT(rate->failed_attempts, failed_attempts);
    CHECK_INT(rate->failures, failures);
    CHECK_INT(rate->trouble, trouble);
    CHECK_INT(rate->newest, newest);
}

static void test_rates(void)
{
    static const struct outcome_row outcomes[] = {
        {0, "steady", 1, STATUS_PASS, BLAME_NONE, NULL, false},
        {0, "shaky", 1, STATUS_FAIL, BLAME_PRODUCT, "a1", false},
        {0, "bad", 1, STATUS_FAIL, BLAME_PRODUCT, "b1", false},
        {0, "steady", 2, STATUS_PASS, BLAME_NONE, NULL, false},
        {0, "shaky", 2, STATUS_PASS, BLAME_NONE, NULL, false},
        {0, "bad", 2, STATUS_ERROR, BLAME_SUITE, "b2", false},
        {1, "steady", 1, STATUS_PASS, BLAME_NONE, NULL, false},
        {1, "shaky", 1, STATUS_PASS, BLAME_NONE, NULL, false},
        {1, "bad", 1, STATUS_FAIL, BLAME_PRODUCT, "b1", false},
        {1, "part", 1, STATUS_SKIP, BLAME_NONE, NULL, false},
    };
    _cleanup_(history_rows_done) struct history_rows rows = {0};
    _cleanup_(history_cases_done) struct history_cases cases = {.names = {0}};
    struct case_rates rates;

    make_runs(&rows, "cc");
    for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++)
        add(&cases, &outcomes[i]);
    case_rates_make(&rows, &cases, &rates);
    CU_ASSERT_FATAL(rates.count == 4);
    check(&rates.items[0], "bad", 2, 0, 2, 0, 3, 3, 2, 0, STATUS_FAIL);
    check(&rates.items[1], "shaky", 2, 2, 0, 1, 3, 1, 1, 0, STATUS_PASS);
    check(&rates.items[2], "part", 0, 0, 0, 0, 0, 0, 0, 0, STATUS_SKIP);
    check(&rates.items[3], "steady", 2, 2, 0, 0, 3, 0, 0, 0, STATUS_PASS);
    CHECK_INT(case_rate_percent(&rates.items[0]), 100);
    CHECK_INT(case_rate_percent(&rates.items[1]), 33);
    CHECK_INT(case_rate_percent(&rates.items[2]), 0);
    vec_done(&rates);
}

/* Neither a failure nor a pass of the product. */
static void test_trouble(void)
{
    static const struct outcome_row outcomes[] = {
        {0, "a", 1, STATUS_MISS, BLAME_HARNESS, "m1", false},
        {0, "a", 2, STATUS_PASS, BLAME_NONE, NULL, true},   /* then the host died */
        {0, "a", 3, STATUS_ERROR, BLAME_HOST, "h1", false}, /* its disk was full */
        {0, "a", 4, STATUS_FAIL, BLAME_HARNESS, "h2", false},
        {1, "a", 1, STATUS_FAIL, BLAME_PRODUCT, "p1", false}, /* in a guest that was not planned */
        {2, "a", 1, STATUS_ERROR, BLAME_SUITE, "e1", false},  /* the test itself broke */
    };
    _cleanup_(history_rows_done) struct history_rows rows = {0};
    _cleanup_(history_cases_done) struct history_cases cases = {.names = {0}};
    struct case_rates rates;

    make_runs(&rows, "nnn");
    for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++)
        add(&cases, &outcomes[i]);
    rows.items[0].cell.judgement.judged = 1;
    case_rates_make(&rows, &cases, &rates);
    CU_ASSERT_FATAL(rates.count == 1);
    check(&rates.items[0], "a", 1, 0, 1, 0, 1, 1, 1, 5, STATUS_ERROR);
    vec_done(&rates);
}

static void test_percent(void)
{
    static const struct {
        unsigned failed, attempts, percent;
    } rows[] = {{2, 31, 6}, {1, 1000, 1}, {999, 1000, 99}, {1, 1, 100}, {0, 7, 0}, {1, 2, 50}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct case_rate rate = {.attempts = rows[i].attempts,
                                       .failed_attempts = rows[i].failed};

        CHECK_INT(case_rate_percent(&rate), rows[i].percent);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"rates", test_rates},
                           {"trouble of the infrastructure", test_trouble},
                           {"percent", test_percent},
                           CU_TEST_INFO_NULL};

    return cunit_run("case_rates", tests);
}
