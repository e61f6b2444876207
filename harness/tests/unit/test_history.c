/* SPDX-License-Identifier: Apache-2.0 */
/* judge: what the runs of a cell or a case say together. */
#include "cunit_run.h"
#include "judge/history.h"
#include "sample_judge.h"

/* Oldest first: g good, b bad, u unknown, f good but flaky; G, B: as another system reports. */
static void make(struct history_rows *rows, const char *spec, bool of_case)
{
    for (const char *at = spec; *at != '\0'; at++) {
        struct history_row *row = vec_add(rows);
        struct judgement *judgement = &row->cell.judgement;
        bool good = *at == 'g' || *at == 'f' || *at == 'G', bad = *at == 'b' || *at == 'B';

        row->cell.summary.grade = *at == 'G' || *at == 'B' ? GRADE_REPORTED : GRADE_EMULATED;
        row->run_id = text_format("run%zu", rows->count);
        judgement->verdict = good  ? VERDICT_CONDITIONAL
                             : bad ? VERDICT_INCOMPATIBLE
                                   : VERDICT_NOT_ASSESSED;
        judgement->flaky = *at == 'f';
        judgement->judged = 1;
        if (!of_case)
            continue;
        row->seen.status = good ? STATUS_PASS : bad ? STATUS_FAIL : STATUS_SKIP;
        row->seen.passed = good;
        row->seen.failed = bad || *at == 'f';
        row->seen.other = *at == 'u';
        /* Every second failure is another one. */
        if (bad)
            snprintf(row->seen.signature, sizeof(row->seen.signature), "%zu", rows->count % 2);
    }
}

static void test_summary(void)
{
    static const struct {
        const char *spec;
        unsigned good, bad, unknown, flaky;
        long first_bad, last_good, good_again;
    } rows[] = {
        {"", 0, 0, 0, 0, -1, -1, -1},
        {"g", 1, 0, 0, 0, -1, 0, -1},
        {"b", 0, 1, 0, 0, 0, -1, -1},
        {"u", 0, 0, 1, 0, -1, -1, -1},
        {"ggbb", 2, 2, 0, 0, 2, 1, -1},
        /* What says nothing neither ends nor begins a series. */
        {"gubub", 1, 2, 2, 0, 2, 0, -1},
        {"gbg", 2, 1, 0, 0, -1, 2, 2},
        {"bggu", 2, 1, 1, 0, -1, 2, 1},
        /* The present series counts, not the first failure ever. */
        {"bgbgbb", 2, 4, 0, 0, 4, 3, -1},
        {"gfg", 3, 0, 0, 1, -1, 2, -1},
        /* What another system reports does not end a series of failures, but it can begin one. */
        {"gbG", 2, 1, 0, 0, 1, 0, -1},
        {"gbGg", 3, 1, 0, 0, -1, 3, 3},
        {"gB", 1, 1, 0, 0, 1, 0, -1},
        {"GG", 2, 0, 0, 0, -1, 1, -1},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        for (int of_case = 0; of_case < 2; of_case++) {
            _cleanup_(history_rows_done) struct history_rows made = {0};
            struct history_summary summary;

            make(&made, rows[i].spec, of_case);
            history_summarise(&made, of_case, &summary);
            CHECK_INT(summary.runs, strlen(rows[i].spec));
            CHECK_INT(summary.good, rows[i].good);
            CHECK_INT(summary.bad, rows[i].bad);
            CHECK_INT(summary.unknown, rows[i].unknown);
            CHECK_INT(summary.flaky, rows[i].flaky);
            CHECK_INT(summary.first_bad, rows[i].first_bad);
            CHECK_INT(summary.last_good, rows[i].last_good);
            CHECK_INT(summary.first_good_again, rows[i].good_again);
        }
}

static void test_attempts(void)
{
    _cleanup_(history_rows_done) struct history_rows rows = {0};
    struct history_summary summary;

    make(&rows, "gbbbfu", true);
    history_summarise(&rows, true, &summary);
    CHECK_INT(summary.attempts, 6); /* that of 'u' is neither */
    CHECK_INT(summary.failed_attempts, 4);
    CHECK_INT(summary.failures, 2);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"summary", test_summary}, {"attempts", test_attempts}, CU_TEST_INFO_NULL};

    return cunit_run("history", tests);
}
