/* SPDX-License-Identifier: Apache-2.0 */
/* judge: what the static check predicted, beside what the run observed. */
#include "sample_judge_rows.h"

/* The static check was made and has one finding. */
static void predicted(struct result *result, enum finding_severity severity, const char *kind)
{
    struct finding *row = vec_add(&result->prediction.findings);

    result->prediction.state = PREDICTION_MADE;
    row->severity = severity;
    finding_set_kind(row, kind);
    row->file = text_dup("/usr/bin/product");
}

static void block(struct result *result)
{
    predicted(result, SEVERITY_BLOCK, "VERSION_MISSING");
}

/* The run executed the file nevertheless. */
static void block_disproved(struct result *result)
{
    block(result);
    result->prediction.findings.items[0].executed = EXECUTED_YES;
}

static void block_not_executed(struct result *result)
{
    block(result);
    result->prediction.findings.items[0].executed = EXECUTED_NO;
}

static void block_came_true(struct result *result)
{
    block(result);
    result->prediction.findings.items[0].executed = EXECUTED_FAILED;
}

static void block_disproved_of_one(struct result *result)
{
    block_disproved(result);
    block_not_executed(result);
    result->prediction.findings.items[1].executed = EXECUTED_NO;
}

static void block_and_died(struct result *result)
{
    block(result);
    worker_died(result);
}

static void high(struct result *result)
{
    predicted(result, SEVERITY_HIGH, "EXECSTACK");
}

static void unknown(struct result *result)
{
    predicted(result, SEVERITY_UNKNOWN, "UNKNOWN");
}

static void unknown_not_executed(struct result *result)
{
    unknown(result);
    result->prediction.findings.items[0].executed = EXECUTED_NO;
}

static void unknown_executed(struct result *result)
{
    unknown(result);
    result->prediction.findings.items[0].executed = EXECUTED_YES;
}

static void warning(struct result *result)
{
    predicted(result, SEVERITY_WARN, "HARDCODED_RPATH");
}

static void clean(struct result *result)
{
    result->prediction.state = PREDICTION_MADE;
}

static void cut(struct result *result)
{
    clean(result);
    result->prediction.cut = true;
}

static void unchecked(struct result *result)
{
    result->prediction.state = PREDICTION_FAILED;
    result->prediction.reason = text_dup("image 'a' has no surface");
}

static void nothing(struct result *result)
{
    result->prediction.state = PREDICTION_NOTHING;
    result->prediction.reason = text_dup("the suite brings no files");
}

/* What the product did to the system. */
static void modified(struct result *result)
{
    struct finding *row = vec_add(&result->footprint.findings);

    clean(result);
    result->footprint.state = FOOTPRINT_TAKEN;
    row->severity = SEVERITY_HIGH;
    finding_set_kind(row, "OS_FILE_MODIFIED");
    row->file = text_dup("/etc/passwd");
}

static void unmeasured(struct result *result)
{
    result->footprint.state = FOOTPRINT_INCOMPLETE;
    result->footprint.reason = text_dup("the time limit was reached");
}

static void measured(struct result *result)
{
    clean(result);
    result->footprint.state = FOOTPRINT_TAKEN;
}

static void test_rows(void)
{
    static const struct row rows[] = {
        {"a block that the run did not confirm", "a:r", NULL, "a=PASS", block, "conditional", 3,
         "product", "predicted: VERSION_MISSING of '/usr/bin/product', not observed", 1, 1},
        {"a block that the run disproved", "a:r", NULL, "a=PASS", block_disproved, "compatible", 4,
         "none", "1 of 1", 1, 1},
        {"a block that the run did not try", "a:r", NULL, "a=PASS", block_not_executed,
         "conditional", 3, "product", "VERSION_MISSING of '/usr/bin/product', not executed", 1, 1},
        {"a block that came true under a case that passes", "a:r", NULL, "a=PASS", block_came_true,
         "conditional", 3, "product", "/product', and it did not start", 1, 1},
        {"of two blocks one disproved", "a:r", NULL, "a=PASS", block_disproved_of_one,
         "conditional", 3, "product", "not executed", 1, 1},
        {"a block, and the worker died", "a:r", NULL, "a=PASS", block_and_died, RED, 2, "harness",
         "killed by signal 9", 1, 1},
        {"a block, and nothing judged", "a:o", NULL, "a=SKIP", block, RED, 2, "none",
         "every planned case was skipped (1)", 0, 1},
        {"a grave finding", "a:r", NULL, "a=PASS", high, "conditional", 3, "product",
         "predicted: EXECSTACK of '/usr/bin/product'", 1, 1},
        {"files that could not be checked", "a:r", NULL, "a=PASS", unchecked, "conditional", 3,
         "harness", "its files were not checked: image 'a' has no surface", 1, 1},
        {"findings that were cut off", "a:r", NULL, "a=PASS", cut, "conditional", 3, "product",
         "more findings than are stored", 1, 1},
        {"failed as predicted", "a:r", NULL, "a=FAIL", block, "incompatible", 1, "product",
         "required case 'a' failed", 1, 1},
        {"failed against a clean prediction", "a:r", NULL, "a=FAIL", clean, "incompatible", 1,
         "product", "required case 'a' failed", 1, 1},
        {"what the files cannot tell", "a:r", NULL, "a=PASS", unknown, "conditional", 3, "none",
         "predicted: UNKNOWN of '/usr/bin/product', unproven", 1, 1},
        {"what the files cannot tell, and the run did not try", "a:r", NULL, "a=PASS",
         unknown_not_executed, "conditional", 3, "none", "unproven, not executed", 1, 1},
        {"what the files cannot tell, the run does", "a:r", NULL, "a=PASS", unknown_executed,
         "compatible", 4, "none", "1 of 1", 1, 1},
        {"a warning", "a:r", NULL, "a=PASS", warning, "compatible", 4, "none", "1 of 1", 1, 1},
        {"a clean prediction", "a:r", NULL, "a=PASS", clean, "compatible", 4, "none", "1 of 1", 1,
         1},
        {"no files to check", "a:r", NULL, "a=PASS", nothing, "compatible", 4, "none", "1 of 1", 1,
         1},
        {"a file of the system was changed", "a:r", NULL, "a=PASS", modified, "conditional", 3,
         "product", "footprint: OS_FILE_MODIFIED of '/etc/passwd'", 1, 1},
        {"a footprint that is not known", "a:r", NULL, "a=PASS", unmeasured, "conditional", 3,
         "harness", "footprint: what the product changed in the system is not known: the time", 1,
         1},
        {"a footprint without changes", "a:r", NULL, "a=PASS", measured, "compatible", 4, "none",
         "1 of 1", 1, 1},
        {"a change, and a failure", "a:r", NULL, "a=FAIL", modified, "incompatible", 1, "product",
         "required case 'a' failed", 1, 1},
        {"left out, and a finding", "a:r b:rx", NULL, "a=PASS", block, "conditional", 3, "product",
         "left out; predicted: VERSION_MISSING", 1, 1},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        check_row(&rows[i]);
}

/* Both verdicts, predicted and observed, are reported, whatever the final verdict. */
static void test_beside(void)
{
    static const struct {
        const char *came;
        void (*change)(struct result *latest);
        const char *predicted, *observed;
    } rows[] = {
        {"a=PASS", block, "incompatible", "compatible"},
        {"a=FAIL", block, "incompatible", "incompatible"},
        {"a=FAIL", clean, "compatible", "incompatible"},
        {"a=PASS", clean, "compatible", "compatible"},
        {"a=PASS", high, "conditional", "compatible"},
        {"a=PASS", modified, "compatible", "conditional"},
        {"a=PASS", unknown, "not-assessed", "compatible"},
        {"a=PASS", unchecked, "not-assessed", "compatible"},
        {"a=PASS", cut, "not-assessed", "compatible"},
        {"a=MISS", clean, "compatible", "not-assessed"},
        {"a=PASS", nothing, NULL, "compatible"},
        {"a=PASS", NULL, NULL, "compatible"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(cell_record_done) struct cell_record cell = {0};
        _cleanup_(judgement_done) struct judgement judgement = {0};
        _cleanup_result_ struct result *result = NULL;
        const struct result *attempts[1];

        cell.image = text_dup("a");
        cell.platform = text_dup("kunpeng");
        cell.suite = text_dup("redis");
        plan_cases(&cell, "a:r");
        attempts[0] = result = came(&cell, 1, rows[i].came);
        if (rows[i].change != NULL)
            rows[i].change(result);
        judge_cell(&cell, attempts, 1, &judgement);
        CHECK_INT(judgement.has_prediction, rows[i].predicted != NULL);
        if (rows[i].predicted != NULL)
            CHECK_TEXT(verdict_name(judgement.predicted), rows[i].predicted);
        CHECK_TEXT(verdict_name(judgement.observed), rows[i].observed);
    }
}

/* All rows are checked by now. */
static void test_table(void)
{
    truth_check("judge_predicted");
}

int main(void)
{
    CU_TestInfo tests[] = {{"verdicts with a prediction", test_rows},
                           {"predicted beside observed", test_beside},
                           {"truth table", test_table},
                           CU_TEST_INFO_NULL};

    return cunit_run("judge_predicted", tests);
}
