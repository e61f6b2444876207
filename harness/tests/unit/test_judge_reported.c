/* SPDX-License-Identifier: Apache-2.0 */
/* judge: results of other systems. They are never compatible, and never blame whom they do not. */
#include "judge/better.h"
#include "sample_judge_rows.h"

static void no_checks(struct result *result)
{
    vec_foreach (check, &result->identity) {
        free(check->key);
        free(check->expected);
        free(check->measured);
    }
    vec_done(&result->identity);
    result->identity_measured = false;
}

/* As an import writes it. */
static void reported(struct result *result)
{
    no_checks(result);
    result->grade = GRADE_REPORTED;
    result->accel = ACCEL_NONE;
    vec_foreach (row, &result->cases)
        row->blame = BLAME_NONE;
}

static void suite_is_blamed(struct result *result)
{
    reported(result);
    result->cases.items[0].blame = BLAME_SUITE;
}

static void with_identity(struct result *result)
{
    result->grade = GRADE_REPORTED;
    result->accel = ACCEL_NONE;
}

static void says_measured(struct result *result)
{
    reported(result);
    result->identity_measured = true;
}

static void by_kvm(struct result *result)
{
    reported(result);
    result->accel = ACCEL_KVM;
}

static void emulated_by_none(struct result *result)
{
    result->accel = ACCEL_NONE;
}

static void other_cell(struct result *result)
{
    reported(result);
    text_replace(&result->suite, "nginx");
}

static void changed_file(struct result *result)
{
    struct finding *finding;

    reported(result);
    finding = vec_add(&result->footprint.findings);
    finding->kind = FINDING_OS_FILE_MODIFIED;
    finding->severity = SEVERITY_HIGH;
    finding->file = text_dup("/etc/passwd");
}

static void test_rows(void)
{
    static const struct row rows[] = {
        {"everything passes", "a:r b:r", NULL, "a=PASS b=PASS", reported, "conditional", 5, "none",
         "reported: the result was imported", 2, 2},
        {"one passes, an optional one is skipped", "a:r b:o", NULL, "a=PASS b=SKIP", reported,
         "conditional", 5, "none", "reported:", 1, 2},
        {"required failed", "a:r b:r", NULL, "a=FAIL b=PASS", reported, "incompatible", 1, "none",
         "required case 'a' failed", 2, 2},
        {"required broke", "a:r", NULL, "a=ERROR", reported, RED, 2, "none", "'a' is ERROR", 0, 1},
        {"the report blames the test", "a:r", NULL, "a=ERROR", suite_is_blamed, RED, 2, "suite",
         "'a' is ERROR", 0, 1},
        {"required missed", "a:r b:r", NULL, "a=MISS b=PASS", reported, RED, 2, "none",
         "'a' is MISS", 1, 2},
        {"required only done", "a:r b:r", NULL, "a=DONE b=PASS", reported, RED, 2, "none",
         "'a' is DONE", 1, 2},
        {"required skipped", "a:r b:r", NULL, "a=SKIP b=PASS", reported, RED, 2, "none",
         "'a' is SKIP", 1, 2},
        {"required absent", "a:r b:r", NULL, "b=PASS", reported, RED, 2, "none", "'a' is absent", 1,
         2},
        {"optional failed", "a:r b:o", NULL, "a=PASS b=FAIL", reported, "conditional", 5, "none",
         "not measured; optional: case 'b' failed", 2, 2},
        {"optional broke", "a:r b:o", NULL, "a=PASS b=ERROR", reported, "conditional", 5, "none",
         "not measured; optional: case 'b' is ERROR", 1, 2},
        {"required left out", "a:r b:rx", NULL, "a=PASS", reported, "conditional", 5, "none",
         "not measured; partial: 1 of 2", 1, 1},
        {"required that only real hardware judges", "a:r b:rn", NULL, "a=PASS b=PASS", reported,
         "conditional", 5, "none", "grade: required case 'b'", 1, 2},
        {"a file of the system was changed", "a:r", NULL, "a=PASS", changed_file, "conditional", 5,
         "product", "not measured; footprint: OS_FILE_MODIFIED", 1, 1},
        {"optional cases only", "a:o", NULL, "a=PASS", reported, RED, 2, "suite",
         "no required case", 1, 1},
        {"a case of no plan", "a:r", NULL, "a=PASS z=PASS", reported, RED, 2, "harness",
         "case 'z' is not in the plan", 0, 1},
        {"result of another cell", "a:r", NULL, "a=PASS", other_cell, RED, 2, "harness",
         "another cell", 0, 1},
        {"it claims an identity", "a:r", NULL, "a=PASS", with_identity, RED, 2, "harness",
         "claims a measured identity", 0, 1},
        {"it claims that an identity was measured", "a:r", NULL, "a=PASS", says_measured, RED, 2,
         "harness", "claims a measured identity", 0, 1},
        {"it claims KVM", "a:r", NULL, "a=PASS", by_kvm, RED, 2, "harness",
         "grade 'reported' does not go with kvm", 0, 1},
        {"emulated without an emulator", "a:r", NULL, "a=PASS", emulated_by_none, RED, 2, "harness",
         "grade 'emulated' does not go with none", 0, 1},
        {"reported after it was measured", "a:r", "a=PASS", "a=PASS", reported, "conditional", 5,
         "none", "reported:", 1, 1},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        check_row(&rows[i]);
}

/* Nothing but a run makes it better. */
static void test_better(void)
{
    _cleanup_(cell_record_done) struct cell_record cell = {0};
    _cleanup_(judgement_done) struct judgement judgement = {0};
    _cleanup_result_ struct result *result = NULL;
    struct better better = {.exists = false};
    const struct result *attempts[1];

    cell.image = text_dup("a");
    cell.platform = text_dup("kunpeng");
    cell.suite = text_dup("redis");
    plan_cases(&cell, "a:r b:o");
    attempts[0] = result = came(&cell, 1, "a=PASS b=PASS");
    reported(result);
    judge_cell(&cell, attempts, 1, &judgement);
    CHECK_TEXT(verdict_name(judgement.observed), "conditional");
    CU_ASSERT(!judgement.has_prediction);
    judge_better(&cell, attempts, 1, &judgement, &better);
    CU_ASSERT_FATAL(better.exists && better.changes.rows.count == 1);
    CHECK_TEXT(change_kind_name(better.changes.rows.items[0].kind), "again");
    CHECK_TEXT(verdict_name(better.verdict), "compatible");
    better_done(&better);
}

static void test_order(void)
{
    CU_ASSERT(GRADE_NONE < GRADE_REPORTED);
    CU_ASSERT(GRADE_REPORTED < GRADE_EMULATED);
    CU_ASSERT(GRADE_EMULATED < GRADE_VIRTUAL);
    CU_ASSERT(GRADE_VIRTUAL < GRADE_NATIVE);
}

/* All rows are checked by now. */
static void test_table(void)
{
    truth_check("judge_reported");
}

int main(void)
{
    CU_TestInfo tests[] = {{"verdicts", test_rows},
                           {"better", test_better},
                           {"order", test_order},
                           {"truth table", test_table},
                           CU_TEST_INFO_NULL};

    return cunit_run("judge_reported", tests);
}
