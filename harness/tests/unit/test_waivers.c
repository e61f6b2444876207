/* SPDX-License-Identifier: Apache-2.0 */
/* judge: waived failures. First what a waiver must not let pass. */
#include "model/waiver.h"
#include "sample_judge.h"

#define PLAN "one:r two:r three:o"

static char *signature_of(const char *case_id, const char *reason)
{
    char hex[SIGNATURE_TEXT_SIZE];

    failure_signature(case_id, STATUS_FAIL, BLAME_PRODUCT, reason, hex);
    return text_dup(hex);
}

/* A waiver of case one that fails with the reason "broken". */
static void add_waiver(struct waivers *waivers, const char *platform, const char *reason,
                       const char *until)
{
    struct waiver *row = vec_add(&waivers->rows);
    _cleanup_free_ char *signature = signature_of("one", reason);

    row->image = text_dup("*");
    row->platform = text_dup(platform);
    row->suite = text_dup("redis");
    row->case_id = text_dup("one");
    row->owner = text_dup("release team");
    row->reason = text_dup("fixed in the next build");
    snprintf(row->signature, sizeof(row->signature), "%s", signature);
    snprintf(row->until, sizeof(row->until), "%s", until);
    snprintf(waivers->today, sizeof(waivers->today), "2026-06-15");
}

/* attempts: separated by "|"; reasons: of the failures of case one in each, or NULL. */
static void judge(struct waivers *waivers, unsigned repeat, const char *attempts,
                  const char *const *reasons, bool wrong_guest, struct judgement *ret_judgement)
{
    _cleanup_(cell_record_done) struct cell_record cell = {.repeat = repeat, .waivers = waivers};
    _cleanup_strv_ struct strv parts = {0};
    struct result *results[4] = {NULL};

    cell.image = text_dup("a");
    cell.platform = text_dup("kunpeng");
    cell.suite = text_dup("redis");
    plan_cases(&cell, PLAN);
    strv_split(&parts, attempts, "|");
    for (size_t i = 0; i < parts.count; i++) {
        struct case_result *row;

        results[i] = came(&cell, (unsigned)i + 1, parts.items[i]);
        row = result_find_case(results[i], "one");
        if (row->status == STATUS_FAIL)
            text_replace(&row->reason, reasons[i]);
        if (wrong_guest)
            wrong_midr(results[i]);
    }
    judge_cell(&cell, (const struct result *const *)results, parts.count, ret_judgement);
    for (size_t i = 0; i < parts.count; i++)
        result_free(results[i]);
}

static void test_verdicts(void)
{
    static const struct {
        const char *name, *attempts;
        const char *reasons[2];
        unsigned repeat;
        const char *platform, *until;
        bool wrong_guest;
        enum verdict verdict;
    } rows[] = {
        {"waived",
         "one=FAIL two=PASS three=PASS",
         {"broken"},
         1,
         "*",
         "2026-12-31",
         false,
         VERDICT_CONDITIONAL},
        {"its last day",
         "one=FAIL two=PASS three=PASS",
         {"broken"},
         1,
         "*",
         "2026-06-15",
         false,
         VERDICT_CONDITIONAL},
        {"expired",
         "one=FAIL two=PASS three=PASS",
         {"broken"},
         1,
         "*",
         "2026-06-14",
         false,
         VERDICT_INCOMPATIBLE},
        {"another failure",
         "one=FAIL two=PASS three=PASS",
         {"crashed"},
         1,
         "*",
         "2026-12-31",
         false,
         VERDICT_INCOMPATIBLE},
        {"no reason",
         "one=FAIL two=PASS three=PASS",
         {NULL},
         1,
         "*",
         "2026-12-31",
         false,
         VERDICT_INCOMPATIBLE},
        {"another platform",
         "one=FAIL two=PASS three=PASS",
         {"broken"},
         1,
         "phytium",
         "2026-12-31",
         false,
         VERDICT_INCOMPATIBLE},
        {"another case fails too",
         "one=FAIL two=FAIL three=PASS",
         {"broken"},
         1,
         "*",
         "2026-12-31",
         false,
         VERDICT_INCOMPATIBLE},
        {"another case is skipped",
         "one=FAIL two=SKIP three=PASS",
         {"broken"},
         1,
         "*",
         "2026-12-31",
         false,
         VERDICT_NOT_ASSESSED},
        {"it is an ERROR",
         "one=ERROR two=PASS three=PASS",
         {"broken"},
         1,
         "*",
         "2026-12-31",
         false,
         VERDICT_NOT_ASSESSED},
        {"it is missing",
         "one=MISS two=PASS three=PASS",
         {"broken"},
         1,
         "*",
         "2026-12-31",
         false,
         VERDICT_NOT_ASSESSED},
        {"another guest",
         "one=FAIL two=PASS three=PASS",
         {"broken"},
         1,
         "*",
         "2026-12-31",
         true,
         VERDICT_NOT_ASSESSED},
        {"nothing required passes",
         "one=FAIL two=SKIP three=PASS",
         {"broken"},
         1,
         "*",
         "2026-12-31",
         false,
         VERDICT_NOT_ASSESSED},
        {"repeated, the same",
         "one=FAIL two=PASS three=PASS|one=FAIL two=PASS three=PASS",
         {"broken", "broken"},
         2,
         "*",
         "2026-12-31",
         false,
         VERDICT_CONDITIONAL},
        {"repeated, another",
         "one=FAIL two=PASS three=PASS|one=FAIL two=PASS three=PASS",
         {"crashed", "broken"},
         2,
         "*",
         "2026-12-31",
         false,
         VERDICT_INCOMPATIBLE},
        {"it passes",
         "one=PASS two=PASS three=PASS",
         {NULL},
         1,
         "*",
         "2026-12-31",
         false,
         VERDICT_COMPATIBLE},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(waivers_done) struct waivers waivers = {.rows = {0}};
        _cleanup_(judgement_done) struct judgement judgement = {0};

        add_waiver(&waivers, rows[i].platform, "broken", rows[i].until);
        judge(&waivers, rows[i].repeat, rows[i].attempts, rows[i].reasons, rows[i].wrong_guest,
              &judgement);
        if (judgement.verdict != rows[i].verdict)
            printf("\n%s: %s", rows[i].name, judgement.reason);
        CHECK_INT(judgement.verdict, rows[i].verdict);
        CHECK_INT(waivers.rows.items[0].used && judgement.verdict == VERDICT_CONDITIONAL,
                  rows[i].verdict == VERDICT_CONDITIONAL);
        if (rows[i].verdict == VERDICT_CONDITIONAL)
            CHECK_HAS(judgement.reason,
                      "waived: required case 'one' failed: broken (waived until ");
    }
}

/* Expiring, or losing a waiver, never makes a verdict better. */
static void test_never_up(void)
{
    static const char *const statuses[] = {"PASS", "FAIL", "SKIP", "ERROR", "MISS"};
    static const char *const reasons[] = {"broken", NULL};

    for (size_t a = 0; a < 5; a++)
        for (size_t b = 0; b < 5; b++) {
            _cleanup_free_ char *attempt =
                text_format("one=%s two=%s three=PASS", statuses[a], statuses[b]);
            _cleanup_(waivers_done) struct waivers valid = {.rows = {0}}, expired = {.rows = {0}};
            _cleanup_(judgement_done) struct judgement with = {0}, without = {0}, late = {0};

            add_waiver(&valid, "*", "broken", "2026-12-31");
            add_waiver(&expired, "*", "broken", "2026-01-01");
            judge(&valid, 1, attempt, reasons, false, &with);
            judge(NULL, 1, attempt, reasons, false, &without);
            judge(&expired, 1, attempt, reasons, false, &late);
            CHECK_INT(late.verdict, without.verdict);
            CU_ASSERT(judgement_is_green(&with) || !judgement_is_green(&without));
            if (with.verdict != without.verdict) {
                CHECK_INT(without.verdict, VERDICT_INCOMPATIBLE);
                CU_ASSERT(with.verdict != VERDICT_COMPATIBLE);
            }
        }
}

static void test_dates(void)
{
    static const struct {
        const char *text;
        bool is_date;
    } rows[] = {{"2026-12-31", true},  {"2028-02-29", true}, {"2026-02-29", false},
                {"2026-13-01", false}, {"2026-1-1", false},  {"2026-12-31Z", false},
                {"tomorrow", false},   {"", false},          {"2026-12-31 ", false}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        CHECK_INT(waiver_is_date(rows[i].text), rows[i].is_date);
}

int main(void)
{
    CU_TestInfo tests[] = {{"verdicts", test_verdicts},
                           {"never up", test_never_up},
                           {"dates", test_dates},
                           CU_TEST_INFO_NULL};

    return cunit_run("waivers", tests);
}
