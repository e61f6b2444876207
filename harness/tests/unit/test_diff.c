/* SPDX-License-Identifier: Apache-2.0 */
/* judge: what changed between two results of a cell. */
#include "judge/diff.h"
#include "sample_judge.h"

/* A cell with these cases (plan_cases) and attempts ("install=PASS persist=FAIL|…", oldest first;
 * "wrong:" before one: not the planned guest). NULL attempts: it never ran. */
static void make(struct matrix_cell *cell, const char *plan, const char *attempts)
{
    _cleanup_strv_ struct strv parts = {0};

    *cell = (struct matrix_cell){0};
    cell->cell.image = text_dup("a");
    cell->cell.platform = text_dup("kunpeng");
    cell->cell.suite = text_dup("redis");
    plan_cases(&cell->cell, plan);
    if (attempts != NULL)
        strv_split(&parts, attempts, "|");
    for (size_t i = 0; i < parts.count; i++) {
        bool wrong = text_starts(parts.items[i], "wrong:");
        struct result *result =
            came(&cell->cell, (unsigned)i + 1, parts.items[i] + (wrong ? strlen("wrong:") : 0));

        if (wrong)
            wrong_midr(result);
        *vec_add(&cell->attempts) = result;
        cell_summary_add(&cell->summary, result);
    }
    judge_cell(&cell->cell, (const struct result *const *)cell->attempts.items,
               cell->attempts.count, &cell->judgement);
}

/* "new:persist fixed:speed" */
static char *changes_of(const struct diff_cell *diff)
{
    struct buffer text = {0};

    vec_foreach (row, &diff->cases)
        buffer_format(&text, "%s%s:%s", text.length > 0 ? " " : "", diff_change_name(row->change),
                      row->id);
    return buffer_steal(&text);
}

#define PLAN "one:r two:o"

static void test_changes(void)
{
    static const struct {
        const char *before_plan, *before, *after_plan, *after, *changes;
        bool verdict_worse, scope_less;
    } rows[] = {
        {PLAN, "one=PASS two=PASS", PLAN, "one=PASS two=PASS", "", false, false},
        {PLAN, "one=PASS two=PASS", PLAN, "one=FAIL two=PASS", "new:one", true, false},
        {PLAN, "one=PASS two=PASS", PLAN, "one=ERROR two=PASS", "new:one", true, true},
        {PLAN, "one=FAIL two=FAIL", PLAN, "one=FAIL two=PASS", "still:one fixed:two", false, false},
        /* The totals are equal, but another case fails. */
        {PLAN, "one=PASS two=FAIL", PLAN, "one=FAIL two=PASS", "new:one fixed:two", true, false},
        {PLAN, "one=PASS two=PASS", PLAN, "one=SKIP two=PASS", "missing:one", true, true},
        {PLAN, "one=PASS two=PASS", PLAN, "one=MISS two=PASS", "missing:one", true, true},
        {PLAN, "one=PASS two=PASS", "one:r two:ox", "one=PASS", "missing:two", false, true},
        {PLAN, "one=PASS two=PASS", "one:r", "one=PASS", "missing:two", false, true},
        {PLAN, "one=FAIL two=PASS", PLAN, "one=SKIP two=PASS", "missing:one", false, true},
        {PLAN, "one=PASS two=PASS", PLAN, NULL, "missing:one missing:two", true, true},
        {PLAN, NULL, PLAN, "one=PASS two=FAIL", "added:one new:two", false, false},
        {"one:r", "one=PASS", PLAN, "one=PASS two=PASS", "added:two", false, false},
        {"one:r", "one=PASS", PLAN, "one=PASS two=FAIL", "new:two", true, false},
        /* What another guest than the planned one says is no outcome. */
        {PLAN, "one=PASS two=PASS", PLAN, "wrong:one=PASS two=PASS", "missing:one missing:two",
         true, true},
        {PLAN, "wrong:one=PASS two=PASS", PLAN, "one=PASS two=PASS", "added:one added:two", false,
         false},
        {PLAN, "one=PASS two=PASS", PLAN, "one=FAIL two=PASS|one=PASS two=PASS", "flaky:one", true,
         false},
        {PLAN, "one=FAIL two=PASS|one=PASS two=PASS", PLAN, "one=FAIL two=PASS|one=PASS two=PASS",
         "", false, false},
        {PLAN, "one=FAIL two=PASS|one=PASS two=PASS", PLAN, "one=PASS two=PASS", "", false, false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(matrix_cell_done) struct matrix_cell before, after;
        _cleanup_(diff_cell_done) struct diff_cell diff = {0};
        _cleanup_free_ char *changes = NULL;

        make(&before, rows[i].before_plan, rows[i].before);
        make(&after, rows[i].after_plan, rows[i].after);
        diff_cells(&before, &after, &diff);
        changes = changes_of(&diff);
        if (strcmp(changes, rows[i].changes) != 0 ||
            diff_verdict_is_worse(&diff) != rows[i].verdict_worse ||
            diff_scope_is_less(&diff) != rows[i].scope_less)
            printf("\nrow %zu:", i);
        CHECK_TEXT(changes, rows[i].changes);
        CHECK_INT(diff_verdict_is_worse(&diff), rows[i].verdict_worse);
        CHECK_INT(diff_scope_is_less(&diff), rows[i].scope_less);
    }
}

/* Every pair of statuses: a case that passed and does not now is never left out. */
static void test_nothing_hidden(void)
{
    for (enum status first = 0; first < STATUS_COUNT; first++)
        for (enum status second = 0; second < STATUS_COUNT; second++) {
            _cleanup_free_ char *one = text_format("one=%s two=PASS", status_name(first));
            _cleanup_free_ char *two = text_format("one=%s two=PASS", status_name(second));
            _cleanup_(matrix_cell_done) struct matrix_cell before, after;
            _cleanup_(diff_cell_done) struct diff_cell diff = {0};
            bool worse;

            make(&before, PLAN, one);
            make(&after, PLAN, two);
            diff_cells(&before, &after, &diff);
            worse = diff_verdict_is_worse(&diff) || diff_scope_is_less(&diff);
            vec_foreach (row, &diff.cases)
                worse |= row->change == DIFF_NEW || row->change == DIFF_MISSING;
            if (first == STATUS_PASS && second != STATUS_PASS)
                CU_ASSERT(worse);
            if (second == STATUS_FAIL && first != STATUS_FAIL && first != STATUS_ERROR)
                CU_ASSERT(worse);
            if (first == second)
                CU_ASSERT(!worse);
        }
}

static void test_one_side(void)
{
    _cleanup_(matrix_cell_done) struct matrix_cell cell;
    _cleanup_(diff_cell_done) struct diff_cell gone = {0}, added = {0};
    _cleanup_free_ char *first = NULL, *second = NULL;

    make(&cell, PLAN, "one=PASS two=FAIL");
    diff_cells(&cell, NULL, &gone);
    first = changes_of(&gone);
    CHECK_TEXT(first, "missing:one missing:two");
    CU_ASSERT(diff_verdict_is_worse(&gone) && diff_scope_is_less(&gone));
    CHECK_TEXT(gone.cases.items[0].reason, "the cell is not in the run");
    diff_cells(NULL, &cell, &added);
    second = changes_of(&added);
    CHECK_TEXT(second, "added:one new:two");
    CU_ASSERT(!diff_verdict_is_worse(&added) && !diff_scope_is_less(&added));
}

/* Evidence that is lost takes the outcomes with it. */
static void test_lost_evidence(void)
{
    _cleanup_(matrix_cell_done) struct matrix_cell before, after;
    _cleanup_(diff_cell_done) struct diff_cell diff = {0};
    _cleanup_free_ char *changes = NULL;

    make(&before, PLAN, "one=PASS two=PASS");
    make(&after, PLAN, "one=PASS two=PASS");
    judgement_lose_evidence(&after.judgement, text_dup("the evidence is missing"));
    diff_cells(&before, &after, &diff);
    changes = changes_of(&diff);
    CHECK_TEXT(changes, "missing:one missing:two");
    CHECK_TEXT(diff.cases.items[0].reason, "the evidence is missing");
}

/* Of two cases that a result lacks, none has the reason of the other. */
static void test_lacking(void)
{
    _cleanup_(matrix_cell_done) struct matrix_cell before, after;
    _cleanup_(diff_cell_done) struct diff_cell diff = {0};

    make(&before, "one:r two:r three:r", "one=PASS two=PASS three=PASS");
    make(&after, "one:r two:r three:r", "three=PASS");
    diff_cells(&before, &after, &diff);
    CU_ASSERT_FATAL(diff.cases.count == 2);
    for (size_t i = 0; i < 2; i++) {
        CHECK_TEXT(diff_change_name(diff.cases.items[i].change), "missing");
        CHECK_TEXT(diff.cases.items[i].reason, "the result lacks the case");
    }
}

/* A weaker grade cannot judge what a stronger one did. */
static void test_grade(void)
{
    _cleanup_(matrix_cell_done) struct matrix_cell before, after;
    _cleanup_(diff_cell_done) struct diff_cell diff = {0};
    _cleanup_free_ char *changes = NULL;

    make(&before, "one:r two:on", "one=PASS two=PASS");
    make(&after, "one:r two:on", "one=PASS two=DONE");
    native(before.attempts.items[0]);
    before.attempts.items[0]->cases.items[1].judgeable = true;
    before.summary = (struct cell_summary){0};
    cell_summary_add(&before.summary, before.attempts.items[0]);
    diff_cells(&before, &after, &diff);
    changes = changes_of(&diff);
    CHECK_TEXT(changes, "missing:two");
    CU_ASSERT(diff_scope_is_less(&diff));
}

static void test_failures_differ(void)
{
    static const struct {
        const char *before, *after;
        bool other;
    } rows[] = {
        {"exit code 1 after 3.2 s in /tmp/tmp.aXbYcZ12",
         "exit code 1 after 9.9 s in /tmp/tmp.QqWwEe34", false},
        {"exit code 1", "killed by signal 4", true},
        {NULL, NULL, false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(matrix_cell_done) struct matrix_cell before, after;
        _cleanup_(diff_cell_done) struct diff_cell diff = {0};

        make(&before, PLAN, "one=FAIL two=PASS");
        make(&after, PLAN, "one=FAIL two=PASS");
        text_replace(&before.attempts.items[0]->cases.items[0].reason, rows[i].before);
        text_replace(&after.attempts.items[0]->cases.items[0].reason, rows[i].after);
        diff_cells(&before, &after, &diff);
        CU_ASSERT_FATAL(diff.cases.count == 1);
        CHECK_INT(diff.cases.items[0].change, DIFF_STILL);
        CHECK_INT(diff.cases.items[0].other_failure, rows[i].other);
    }
}

static void test_values(void)
{
    _cleanup_(matrix_cell_done) struct matrix_cell before, after;
    _cleanup_(diff_cell_done) struct diff_cell diff = {0};
    struct result *old, *new;

    make(&before, PLAN, "one=PASS two=PASS");
    make(&after, PLAN, "one=PASS two=PASS");
    old = before.attempts.items[0];
    new = after.attempts.items[0];
    result_add_observation(old, "one", "tls", "1.2", NULL);
    result_add_observation(new, "one", "tls", "1.3", NULL);
    result_add_observation(old, "one", "gone", "x", NULL);
    result_add_observation(new, "two", "fresh", "y", NULL);
    result_add_observation(old, "one", "same", "z", NULL);
    result_add_observation(new, "one", "same", "z", NULL);
    result_add_observation(old, "one", "speed", "100", "MB/s");
    result_add_observation(new, "one", "speed", "99", "MB/s");
    result_add_observation(new, NULL, "system.boot_id", "1", NULL);
    diff_cells(&before, &after, &diff);
    CHECK_INT(diff.values.count, 3);
    CHECK_TEXT(diff.values.items[0].before, "1.2");
    CHECK_TEXT(diff.values.items[0].after, "1.3");
    CHECK_TEXT(diff.values.items[1].key, "fresh");
    CHECK_TEXT(diff.values.items[1].before, NULL);
    CHECK_TEXT(diff.values.items[2].key, "gone");
    CHECK_TEXT(diff.values.items[2].after, NULL);
}

static void test_findings(void)
{
    _cleanup_(matrix_cell_done) struct matrix_cell before, after;
    _cleanup_(diff_cell_done) struct diff_cell diff = {0};
    struct findings old = {0}, new = {0};

    make(&before, PLAN, "one=PASS two=PASS");
    make(&after, PLAN, "one=PASS two=PASS");
    findings_add(&old, FINDING_LIB_MISSING, "usr/bin/a", NULL, NULL, "libx.so.1");
    findings_add(&old, FINDING_SYM_MISSING_NOW, "usr/bin/a", "f", NULL, NULL);
    findings_add(&new, FINDING_SYM_MISSING_NOW, "usr/bin/a", "f", NULL, NULL);
    findings_add(&new, FINDING_SYM_MISSING_NOW, "usr/bin/a", "g", NULL, NULL);
    for (int i = 0; i < 2; i++) {
        finding_copy(vec_add(&before.attempts.items[0]->prediction.findings), &old.rows.items[i]);
        finding_copy(vec_add(&after.attempts.items[0]->prediction.findings), &new.rows.items[i]);
    }
    diff_cells(&before, &after, &diff);
    CU_ASSERT_FATAL(diff.findings.count == 2);
    CHECK_TEXT(diff.findings.items[0].symbol, "g");
    CHECK_INT(diff.findings.items[0].gone, false);
    CHECK_TEXT(diff.findings.items[1].kind, "LIB_MISSING");
    CHECK_INT(diff.findings.items[1].gone, true);
    findings_done(&old);
    findings_done(&new);
}

int main(void)
{
    CU_TestInfo tests[] = {{"changes", test_changes},
                           {"nothing is hidden", test_nothing_hidden},
                           {"a cell of one run", test_one_side},
                           {"lost evidence", test_lost_evidence},
                           {"a result that lacks cases", test_lacking},
                           {"grade", test_grade},
                           {"failures differ", test_failures_differ},
                           {"values", test_values},
                           {"findings", test_findings},
                           CU_TEST_INFO_NULL};

    return cunit_run("diff", tests);
}
