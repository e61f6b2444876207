/* SPDX-License-Identifier: Apache-2.0 */
/* judge: several attempts of a cell, and attempts that start from an installation saved by
 * another. */
#include <errno.h>

#include "base/error.h"
#include "sample_judge.h"
#include "sample_truth_table.h"

struct attempts_row {
    const char *name;
    unsigned repeat;
    const char *plan, *attempts, *verdict;
    unsigned rule;
    const char *reason;
    bool flaky;
};

static struct result *attempt_of(const struct cell_record *cell, unsigned number, const char *text)
{
    bool lost = text_starts(text, "lost:"), wrong = text_starts(text, "wrong:");
    bool image = text_starts(text, "image:"), stopped = text_starts(text, "stopped:");
    const char *colon = strchr(text, ':');
    struct result *result = came(cell, number, colon != NULL ? colon + 1 : text);

    if (lost || image) {
        result->outcome = STATUS_MISS;
        result->blame = lost ? BLAME_HOST : BLAME_IMAGE;
        result->reason = text_dup(lost ? "QEMU died" : "the kernel oopsed");
    }
    if (stopped) {
        worker_died(result);
        result_set_interrupted(result);
    }
    if (wrong)
        wrong_midr(result);
    return result;
}

static void check_attempts(const struct attempts_row *row)
{
    _cleanup_(cell_record_done) struct cell_record cell = {.repeat = row->repeat};
    _cleanup_(judgement_done) struct judgement judgement = {0};
    _cleanup_strv_ struct strv parts = {0};
    struct result *attempts[8] = {NULL};

    cell.image = text_dup("a");
    cell.platform = text_dup("kunpeng");
    cell.suite = text_dup("redis");
    plan_cases(&cell, row->plan);
    strv_split(&parts, row->attempts, "|");
    CU_ASSERT_FATAL(parts.count <= 8);
    truth_row(row->name, row->repeat, row->plan, row->attempts, row->verdict, row->rule,
              row->reason);
    for (size_t i = 0; i < parts.count; i++)
        attempts[i] = attempt_of(&cell, (unsigned)i + 1, parts.items[i]);
    judge_cell(&cell, (const struct result *const *)attempts, parts.count, &judgement);
    if (strcmp(verdict_name(judgement.verdict), row->verdict) != 0 ||
        strstr(judgement.reason, row->reason) == NULL)
        printf("\nrow '%s':", row->name);
    CHECK_TEXT(verdict_name(judgement.verdict), row->verdict);
    CHECK_INT(judgement.rule, row->rule);
    CHECK_HAS(judgement.reason, row->reason);
    CHECK_INT(judgement.flaky, row->flaky);
    for (size_t i = 0; i < parts.count; i++)
        result_free(attempts[i]);
}

/* Several attempts: first those of --retry and of resume, then those of --repeat. */
static void test_attempts(void)
{
    static const struct attempts_row rows[] = {
        {"passes after a failure", 1, "a:r", "a=FAIL|a=PASS", "conditional", 3,
         "flaky: case 'a' failed in 1 of 2 attempts", true},
        {"passes after two failures and an error", 1, "a:r", "a=FAIL|a=ERROR|a=FAIL|a=PASS",
         "conditional", 3, "flaky: case 'a' failed in 2 and was ERROR in 1 of 4 attempts", true},
        {"passes after the host's trouble", 1, "a:r", "lost:a=MISS|a=PASS", "compatible", 4,
         "1 of 1", false},
        {"a pass that was cut short, then a failure", 1, "a:r b:r",
         "lost:a=PASS b=MISS|a=FAIL b=PASS", "incompatible", 1, "'a' failed", false},
        {"fails in every attempt", 1, "a:r", "a=FAIL|a=FAIL", "incompatible", 1,
         "required case 'a' failed in 2 of 2 attempts", false},
        {"fails, then the host's trouble", 1, "a:r", "a=FAIL|lost:a=MISS", "incompatible", 1,
         "required case 'a' failed", false},
        {"fails, then the wrong guest", 1, "a:r", "a=FAIL|wrong:a=PASS", "incompatible", 1,
         "required case 'a' failed", false},
        {"fails in the wrong guest, then passes", 1, "a:r", "wrong:a=FAIL|a=PASS", "compatible", 4,
         "1 of 1", false},
        {"fails, then is not judged", 1, "a:r", "a=FAIL|a=ERROR", "incompatible", 1,
         "required case 'a' failed in 1 and was ERROR in 1 of 2 attempts", false},
        {"passed once, broke last", 1, "a:r", "a=FAIL|a=PASS|a=ERROR", "not-assessed", 2,
         "'a' is ERROR", false},
        {"each failed once", 1, "a:r b:r", "a=FAIL b=PASS|a=PASS b=FAIL", "incompatible", 1,
         "required case 'b' failed in 1 of 2 attempts", true},
        {"only trouble", 1, "a:r", "lost:a=MISS|lost:a=MISS", "not-assessed", 2, "QEMU died",
         false},
        {"an optional one is flaky", 1, "a:r b:o", "a=PASS b=FAIL|a=PASS b=PASS", "conditional", 3,
         "flaky: case 'b' failed in 1 of 2 attempts", true},

        {"all five pass", 5, "a:r", "a=PASS|a=PASS|a=PASS|a=PASS|a=PASS", "compatible", 4,
         "all of them PASS in each of 5 attempts", false},
        {"one of five fails, the first", 5, "a:r", "a=FAIL|a=PASS|a=PASS|a=PASS|a=PASS",
         "conditional", 3, "flaky: case 'a' failed in 1 of 5 attempts", true},
        {"two of five fail, the last among them", 5, "a:r", "a=PASS|a=FAIL|a=PASS|a=PASS|a=FAIL",
         "conditional", 3, "flaky: case 'a' failed in 2 of 5 attempts", true},
        {"half of them fail", 4, "a:r", "a=FAIL|a=PASS|a=FAIL|a=PASS", "conditional", 3,
         "flaky: case 'a' failed in 2 of 4 attempts", true},
        {"more than half fail, the last passes", 5, "a:r", "a=FAIL|a=FAIL|a=PASS|a=FAIL|a=PASS",
         "incompatible", 1, "required case 'a' failed in 3 of 5 attempts", false},
        {"none passes, one fails", 3, "a:r", "a=ERROR|a=FAIL|a=ERROR", "incompatible", 1,
         "required case 'a' failed in 1 and was ERROR in 2 of 3 attempts", false},
        {"more than half break", 3, "a:r", "a=ERROR|a=PASS|a=ERROR", "not-assessed", 2,
         "'a' is ERROR", false},
        {"one breaks", 3, "a:r", "a=ERROR|a=PASS|a=PASS", "conditional", 3,
         "flaky: case 'a' was ERROR in 1 of 3 attempts", true},
        {"skipped once", 3, "a:r", "a=PASS|a=SKIP|a=PASS", "not-assessed", 2, "'a' is SKIP", false},
        {"absent once", 3, "a:r", "a=PASS| |a=PASS", "not-assessed", 2, "'a' is absent", false},
        {"too few", 3, "a:r", "a=PASS|a=PASS", "not-assessed", 2, "2 of 3 attempts count", false},
        {"too few, and one failed", 3, "a:r", "a=PASS|a=FAIL", "not-assessed", 2,
         "2 of 3 attempts count", true},
        {"too few, and none passed", 3, "a:r", "a=FAIL", "incompatible", 1, "'a' failed", false},
        {"one more for the one that was cut short", 3, "a:r", "a=PASS|lost:a=MISS|a=PASS|a=PASS",
         "compatible", 4, "in each of 3 attempts", false},
        {"cut short at the end", 2, "a:r", "a=PASS|lost:a=MISS", "not-assessed", 2, "QEMU died",
         false},
        {"cut short in the middle, and not made again", 3, "a:r", "a=PASS|lost:a=MISS|a=PASS",
         "not-assessed", 2, "2 of 3 attempts count", false},
        {"stopped in the middle", 2, "a:r b:r", "a=PASS b=PASS|stopped:a=PASS b=MISS|a=PASS b=PASS",
         "compatible", 4, "in each of 2 attempts", false},
        {"stopped after a failure", 2, "a:r b:r",
         "a=PASS b=PASS|stopped:a=FAIL b=MISS|a=PASS b=PASS", "conditional", 3,
         "flaky: case 'a' failed in 1 of 3 attempts", true},
        {"one on the wrong guest", 3, "a:r", "a=PASS|wrong:a=PASS|a=PASS", "not-assessed", 2,
         "2 of 3 attempts count", false},
        {"the image's trouble in one", 3, "a:r", "a=PASS|image:a=PASS|a=PASS", "not-assessed", 2,
         "the kernel oopsed", false},
        {"an optional one fails in most", 3, "a:r b:o", "a=PASS b=FAIL|a=PASS b=FAIL|a=PASS b=PASS",
         "conditional", 3, "optional: case 'b' failed", false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        check_attempts(&rows[i]);
}

/* An attempt: the case that installs, and one that uses it. i: installed, f: installing failed, 1
 * or 2: restored from that attempt, o: from an attempt of another run; then + or -: outcome of the
 * other case. l after that: the host cut it short. */
static struct result *installing_attempt(const char *spec, unsigned number)
{
    struct result *result = sample_cell("r1", "a", "kunpeng", "redis", number);
    enum status status = spec[0] == 'i' ? STATUS_PASS : spec[0] == 'f' ? STATUS_FAIL : STATUS_DONE;
    struct case_result *row = sample_case(result, "install", ITEM_INSTALL, true, status);

    row->judgeable = true;
    row->started = status != STATUS_DONE;
    if (status == STATUS_DONE)
        result->prepared_by = text_format("%s/%s/%c", spec[0] == 'o' ? "r0" : "r1", result->job_id,
                                          spec[0] == 'o' ? '1' : spec[0]);
    row = sample_case(result, "works", ITEM_FUNCTION, true,
                      spec[1] == '+' ? STATUS_PASS : STATUS_FAIL);
    row->judgeable = row->started = true;
    if (spec[2] == 'l') {
        row->status = STATUS_MISS;
        result->outcome = STATUS_MISS;
        result->blame = BLAME_HOST;
        result->reason = text_dup("killed");
    }
    return result;
}

static void test_restored(void)
{
    static const struct {
        const char *attempts;
        unsigned repeat;
        const char *verdict;
        unsigned rule;
        bool flaky;
    } rows[] = {
        {"i+ 1+ 1+", 3, "compatible", 4, false},
        {"i- 1+", 0, "conditional", 3, true},
        {"i+ 1- 1-", 3, "incompatible", 1, false},
        {"f+ 1+", 2, "incompatible", 1, false}, /* installing failed where it was executed */
        {"1+", 0, RED, 2, false},               /* it was never executed: it refers to itself */
        {"o+", 0, RED, 2, false},               /* it was executed only in another run */
        {"i+ o+", 2, RED, 2, false},  /* another run's, although this one executed it too */
        {"i+l 1+", 0, RED, 2, false}, /* the attempt that executed it does not count */
        {"f+ i+ 2+", 3, "conditional", 3, true},
        {"f+ i+ 1+", 3, RED, 2, false}, /* from the one that failed */
        {"i+ 1+ 2+", 3, RED, 2, false}, /* from one that did not execute it itself */
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(cell_record_done) struct cell_record cell = {.repeat = rows[i].repeat};
        _cleanup_(judgement_done) struct judgement judgement = {0};
        _cleanup_strv_ struct strv parts = {0};
        struct result *attempts[4] = {NULL};

        cell.image = text_dup("a");
        cell.platform = text_dup("kunpeng");
        cell.suite = text_dup("redis");
        plan_cases(&cell, "install:r works:r");
        cell.cases.items[0].item = ITEM_INSTALL;
        strv_split(&parts, rows[i].attempts, " ");
        for (size_t k = 0; k < parts.count; k++)
            attempts[k] = installing_attempt(parts.items[k], (unsigned)k + 1);
        judge_cell(&cell, (const struct result *const *)attempts, parts.count, &judgement);
        if (strcmp(verdict_name(judgement.verdict), rows[i].verdict) != 0)
            printf("\nattempts '%s': %s\n", rows[i].attempts, judgement.reason);
        CHECK_TEXT(verdict_name(judgement.verdict), rows[i].verdict);
        CHECK_INT(judgement.rule, rows[i].rule);
        CHECK_INT(judgement.flaky, rows[i].flaky);
        for (size_t k = 0; k < parts.count; k++)
            result_free(attempts[k]);
    }
}

/* The evidence of a compatible cell includes that of the attempt that executed what the latest did
 * not. */
static int is_whole(void *home, const struct evidence *blob, struct error **err)
{
    (void)home;
    return strcmp(blob->name, "gone") == 0 ? error_set(err, -ENOENT, "it is gone") : 0;
}

static void test_restored_evidence(void)
{
    static const struct {
        const char *second;
        bool lost;
    } rows[] = {{"1+", true}, {"i+", false}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(matrix_cell_done) struct matrix_cell cell = {.judgement.verdict =
                                                                   VERDICT_COMPATIBLE};
        _cleanup_free_ char *lost = NULL;

        *vec_add(&cell.attempts) = installing_attempt("i-", 1);
        *vec_add(&cell.attempts) = installing_attempt(rows[i].second, 2);
        for (size_t k = 0; k < 2; k++)
            vec_add(&cell.attempts.items[k]->evidence)->name = text_dup(k == 0 ? "gone" : "stdout");
        lost = matrix_cell_evidence(&cell, is_whole, NULL);
        CHECK_INT(lost != NULL, rows[i].lost);
    }
}

/* All rows are checked by now. */
static void test_table(void)
{
    truth_check("judge_attempts");
}

int main(void)
{
    CU_TestInfo tests[] = {{"attempts", test_attempts},
                           {"restored after installing", test_restored},
                           {"evidence of installing", test_restored_evidence},
                           {"truth table", test_table},
                           CU_TEST_INFO_NULL};

    return cunit_run("judge_attempts", tests);
}
