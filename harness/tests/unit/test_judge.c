/* SPDX-License-Identifier: Apache-2.0 */
/* judge: the rules, one row each; especially cells that must not be compatible. */
#include "sample_judge_rows.h"

static void no_identity(struct result *result)
{
    result->identity_measured = false;
}

static void wrong_kernel(struct result *result)
{
    sample_check(result, "kernel", "6.1", "5.10");
}

static void no_checks(struct result *result)
{
    vec_foreach (check, &result->identity) {
        free(check->key);
        free(check->expected);
        free(check->measured);
    }
    vec_done(&result->identity);
}

static void no_grade(struct result *result)
{
    result->grade = GRADE_NONE;
}

static void native_by_tcg(struct result *result)
{
    result->grade = GRADE_NATIVE;
}

static void other_cell(struct result *result)
{
    text_replace(&result->platform, "phytium");
}

static void prepare_job(struct result *result)
{
    result->kind = JOB_PREPARE;
}

static void not_required(struct result *result)
{
    result->cases.items[0].required = false;
}

static void claims_unjudgeable(struct result *result)
{
    result->cases.items[0].judgeable = false;
}

static void claims_judgeable(struct result *result)
{
    vec_foreach (row, &result->cases)
        row->judgeable = true;
}

static void gap_skip(struct result *result)
{
    result->cases.items[0].gap = true;
}

static void test_not_green(void)
{
    static const struct row rows[] = {
        {"no result", "a:r", NULL, NULL, NULL, RED, 2, "none", "no attempt", 0, 1},
        {"no result after one", "a:r", "a=PASS", "a=MISS", NULL, RED, 2, "harness", "'a' is MISS",
         0, 1},
        {"zero cases planned", "", NULL, "", NULL, RED, 2, "suite", "no case", 0, 0},
        {"zero cases came", "a:r", NULL, "", NULL, RED, 2, "harness", "'a' is absent", 0, 1},
        {"worker died after all passed", "a:r", NULL, "a=PASS", worker_died, RED, 2, "harness",
         "killed by signal 9", 1, 1},
        {"identity not measured", "a:r", NULL, "a=PASS", no_identity, RED, 2, "host",
         "not measured", 0, 1},
        {"identity without a comparison", "a:r", NULL, "a=PASS", no_checks, RED, 2, "host",
         "not measured", 0, 1},
        {"wrong CPU", "a:r", NULL, "a=PASS", wrong_midr, RED, 2, "host",
         "midr is '0x411fd070', expected '0x481fd010'", 0, 1},
        {"wrong kernel", "a:r", NULL, "a=PASS", wrong_kernel, RED, 2, "image", "kernel is '5.10'",
         0, 1},
        {"FAIL on the wrong CPU is not the product's", "a:r", NULL, "a=FAIL", wrong_midr, RED, 2,
         "host", "midr", 0, 1},
        {"no guest came up", "a:r", NULL, "a=PASS", no_grade, RED, 2, "harness", "grade 'none'", 0,
         1},
        {"emulated called native", "a:r", NULL, "a=PASS", native_by_tcg, RED, 2, "harness",
         "grade 'native' does not go with tcg", 0, 1},
        {"result of another cell", "a:r", NULL, "a=PASS", other_cell, RED, 2, "harness",
         "another cell", 0, 1},
        {"result of a prepare job", "a:r", NULL, "a=PASS", prepare_job, RED, 2, "harness",
         "another cell", 0, 1},
        {"all skipped", "a:o b:o", NULL, "a=SKIP b=SKIP", NULL, RED, 2, "none",
         "every planned case was skipped (2)", 0, 2},
        {"all done", "a:on b:o", NULL, "a=DONE b=SKIP", NULL, RED, 2, "none",
         "no planned case could be judged (2 planned)", 0, 2},
        {"only an unjudgeable pass", "a:on", NULL, "a=PASS", NULL, RED, 2, "none",
         "no planned case could be judged", 0, 1},
        {"only a pass claimed judgeable", "a:rn", NULL, "a=PASS", claims_judgeable, RED, 2, "none",
         "no planned case could be judged", 0, 1},
        {"required skipped", "a:r b:r", NULL, "a=SKIP b=PASS", NULL, RED, 2, "none", "'a' is SKIP",
         1, 2},
        {"required skipped for a gap", "a:r b:r", NULL, "a=SKIP b=PASS", gap_skip, RED, 2, "none",
         "'a' is SKIP", 1, 2},
        {"required broke", "a:r b:r", NULL, "a=ERROR b=PASS", NULL, RED, 2, "suite", "'a' is ERROR",
         1, 2},
        {"required missed", "a:r b:r", NULL, "a=MISS b=PASS", NULL, RED, 2, "harness",
         "'a' is MISS", 1, 2},
        {"required only done", "a:r b:r", NULL, "a=DONE b=PASS", NULL, RED, 2, "harness",
         "'a' is DONE", 1, 2},
        {"required absent", "a:r b:r", NULL, "b=PASS", NULL, RED, 2, "harness", "'a' is absent", 1,
         2},
        {"optional absent", "a:r b:o", NULL, "a=PASS", NULL, RED, 2, "harness", "'b' is absent", 1,
         2},
        {"unjudgeable absent", "a:r b:rn", NULL, "a=PASS", NULL, RED, 2, "harness", "'b' is absent",
         1, 2},
        {"duplicate ids", "a:r b:r", NULL, "a=PASS a=PASS b=PASS", NULL, RED, 2, "harness",
         "case 'a'", 0, 2},
        {"duplicate hides a failure", "a:r b:r", NULL, "a=FAIL a=PASS b=PASS", NULL, RED, 2,
         "harness", "case 'a'", 0, 2},
        {"a case of no plan", "a:r", NULL, "a=PASS z=PASS", NULL, RED, 2, "harness",
         "case 'z' is not in the plan", 0, 1},
        {"a case whose item was not asked for ran", "a:r b:rx", NULL, "a=PASS b=PASS", NULL, RED, 2,
         "harness", "case 'b' is not in the plan", 0, 1},
        {"required made optional by the result", "a:r b:r", NULL, "a=PASS b=PASS", not_required,
         RED, 2, "harness", "case 'a' differs", 0, 2},
        {"pass that its result calls unjudgeable", "a:r b:r", NULL, "a=PASS b=PASS",
         claims_unjudgeable, RED, 2, "harness", "'a' is DONE", 1, 2},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        check_row(&rows[i]);
}

static void test_rules(void)
{
    static const struct row rows[] = {
        {"required failed", "a:r b:r", NULL, "a=PASS b=FAIL", NULL, "incompatible", 1, "product",
         "required case 'b' failed", 2, 2},
        {"failed first, then the worker died", "a:r b:r", NULL, "a=FAIL b=MISS", worker_died,
         "incompatible", 1, "product", "required case 'a' failed", 1, 2},
        {"failed and another is absent", "a:r b:r", NULL, "a=FAIL", NULL, "incompatible", 1,
         "product", "required case 'a' failed", 1, 2},
        {"two failed", "a:r b:r", NULL, "a=FAIL b=FAIL", NULL, "incompatible", 1, "product",
         "and 1 more", 2, 2},
        {"optional failed", "a:r b:o", NULL, "a=PASS b=FAIL", NULL, "conditional", 3, "product",
         "optional: case 'b' failed", 2, 2},
        {"flaky", "a:r b:r", "a=PASS b=FAIL", "a=PASS b=PASS", NULL, "conditional", 3, "none",
         "flaky: case 'b'", 2, 2},
        {"flaky after the test broke", "a:r", "a=ERROR", "a=PASS", NULL, "conditional", 3, "none",
         "flaky: case 'a'", 1, 1},
        {"the harness's trouble is not flaky", "a:r", "a=MISS", "a=PASS", NULL, "compatible", 4,
         "none", "1 of 1", 1, 1},
        {"required unjudgeable here", "a:r b:rn", NULL, "a=PASS b=DONE", NULL, "conditional", 3,
         "none", "grade: required case 'b' cannot be judged under emulation", 1, 2},
        {"a failure that emulation cannot judge", "a:r b:rn", NULL, "a=PASS b=FAIL",
         claims_judgeable, "conditional", 3, "none", "cannot be judged under emulation", 1, 2},
        {"an optional one that it cannot judge", "a:r b:on", NULL, "a=PASS b=FAIL",
         claims_judgeable, "compatible", 4, "none", "1 of 2", 1, 2},
        {"native judges it", "a:r b:r", NULL, "a=PASS b=PASS", native, "compatible", 4, "none",
         "2 of 2", 2, 2},
        {"optional skipped or done", "a:r b:o c:on", NULL, "a=PASS b=SKIP c=DONE", NULL,
         "compatible", 4, "none", "1 of 3", 1, 3},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        check_row(&rows[i]);
}

/* What the plan leaves out, and how an optional case can affect a verdict. */
static void test_scope(void)
{
    static const struct row rows[] = {
        {"required left out", "a:r b:rx", NULL, "a=PASS", NULL, "conditional", 3, "none",
         "partial: 1 of 2 cases planned, required 'b' left out", 1, 1},
        {"left out and told to be skipped", "a:r b:rx", NULL, "a=PASS b=SKIP", NULL, "conditional",
         3, "none", "partial: 1 of 2 cases planned", 1, 1},
        {"several left out", "a:r b:rx c:rx d:ox e:rx", NULL, "a=PASS", NULL, "conditional", 3,
         "none", "partial: 1 of 5 cases planned, required 'b' and 2 more left out", 1, 1},
        {"optional left out", "a:r b:ox", NULL, "a=PASS", NULL, "compatible", 4, "none",
         "; 1 of 2 cases planned", 1, 1},
        {"left out, and an optional one failed", "a:r b:rx c:o", NULL, "a=PASS c=FAIL", NULL,
         "conditional", 3, "product", "left out; optional: case 'c' failed", 2, 2},
        {"left out, and one failed", "a:r b:rx", NULL, "a=FAIL", NULL, "incompatible", 1, "product",
         "required case 'a' failed", 1, 1},
        {"left out, and one broke", "a:r b:rx", NULL, "a=ERROR", NULL, RED, 2, "suite",
         "'a' is ERROR", 0, 1},
        {"everything required left out", "a:rx b:o", NULL, "b=PASS", NULL, RED, 2, "none",
         "no required case was planned (1 of 2 cases planned)", 1, 1},
        {"everything left out", "a:rx b:ox", NULL, "", NULL, RED, 2, "suite", "no case", 0, 0},
        {"optional cases only", "a:o b:o", NULL, "a=PASS b=PASS", NULL, RED, 2, "suite",
         "the suite has no required case", 2, 2},
        {"optional cases only, some broken", "a:o b:o c:o d:o", NULL,
         "a=PASS b=ERROR c=ERROR d=SKIP", NULL, RED, 2, "suite", "the suite has no required case",
         1, 4},
        {"optional cases only, one failed", "a:o b:o", NULL, "a=PASS b=FAIL", NULL, RED, 2, "suite",
         "optional case 'b' failed", 2, 2},
        {"optional cases only, natively", "a:o", NULL, "a=PASS", native, RED, 2, "suite",
         "the suite has no required case", 1, 1},
        {"nothing required can be judged here", "a:rn b:o", NULL, "a=DONE b=PASS", NULL, RED, 2,
         "none", "no required case was judged: 'a' cannot be judged under emulation", 1, 2},
        {"optional broke", "a:r b:o", NULL, "a=PASS b=ERROR", NULL, "conditional", 3, "suite",
         "optional: case 'b' is ERROR", 1, 2},
        {"optional missed", "a:r b:o", NULL, "a=PASS b=MISS", NULL, "conditional", 3, "harness",
         "optional: case 'b' is MISS", 1, 2},
        {"optional broke where it is not judged", "a:r b:on", NULL, "a=PASS b=ERROR", NULL,
         "compatible", 4, "none", "1 of 2", 1, 2},
        {"optional skipped", "a:r b:o", NULL, "a=PASS b=SKIP", NULL, "compatible", 4, "none",
         "1 of 2", 1, 2},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        check_row(&rows[i]);
}

/* A native-only case is judged on the physical CPU. */
static void test_can(void)
{
    static const bool expected[GRADE_COUNT][2] = {
        [GRADE_NONE] = {false, false},    [GRADE_REPORTED] = {true, false},
        [GRADE_EMULATED] = {true, false}, [GRADE_VIRTUAL] = {true, true},
        [GRADE_NATIVE] = {true, true},
    };

    for (enum grade grade = 0; grade < GRADE_COUNT; grade++)
        for (int native_only = 0; native_only < 2; native_only++) {
            struct planned_case planned = {.native_only = native_only};

            CHECK_INT(judge_can(&planned, grade), expected[grade][native_only]);
        }
}

static void test_refused(void)
{
    _cleanup_(cell_record_done) struct cell_record cell = {0};
    _cleanup_(judgement_done) struct judgement judgement = {0};

    cell.refused = text_dup("it needs 2 guests");
    plan_cases(&cell, "a:r");
    judge_cell(&cell, NULL, 0, &judgement);
    CHECK_TEXT(verdict_name(judgement.verdict), RED);
    CHECK_HAS(judgement.reason, "it needs 2 guests");
    CHECK_TEXT(status_name(judgement.rollup), "SKIP");
}

/* All rows are checked by now. */
static void test_table(void)
{
    truth_check("judge");
}

int main(void)
{
    CU_TestInfo tests[] = {{"not green", test_not_green},
                           {"rules", test_rules},
                           {"scope", test_scope},
                           {"what a grade can judge", test_can},
                           {"refused", test_refused},
                           {"truth table", test_table},
                           CU_TEST_INFO_NULL};

    return cunit_run("judge", tests);
}
