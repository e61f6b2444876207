/* SPDX-License-Identifier: Apache-2.0 */
/* judge: waived findings. First what a waiver must not let pass. */
#include "judge/condition.h"
#include "model/waiver.h"
#include "sample_judge.h"

#define FILE_A "/opt/acme/a"

static void add_finding(struct result *result, enum finding_severity severity, const char *file,
                        const char *symbol)
{
    struct finding *row = vec_add(&result->prediction.findings);

    result->prediction.state = PREDICTION_MADE;
    row->severity = severity;
    finding_set_kind(row, "LIB_MISSING");
    row->file = text_dup(file);
    row->symbol = text_dup(symbol);
    row->version = text_dup("V1");
    row->found = text_dup("libx.so.2");
}

/* How the waiver differs from one of the first finding, and what the cell has. */
struct row {
    const char *name;
    const char *kind, *file, *symbol, *version, *found, *platform, *suite, *until; /* NULL: as the
                                                                                      finding's */
    const char *attempt;            /* NULL: both cases pass */
    const char *second;             /* file of a second finding */
    enum finding_severity severity; /* 0: BLOCK */
    bool unchecked, cut, failed;    /* failed: the file did not start */
    enum verdict verdict;
    bool waived, predicted; /* conditions of the reason */
};

static const struct row rows[] = {
    {.name = "waived", .verdict = VERDICT_CONDITIONAL, .waived = true},
    {.name = "a HIGH finding",
     .severity = SEVERITY_HIGH,
     .verdict = VERDICT_CONDITIONAL,
     .waived = true},
    {.name = "its last day", .until = "2026-06-15", .verdict = VERDICT_CONDITIONAL, .waived = true},
    {.name = "expired", .until = "2026-06-14", .verdict = VERDICT_CONDITIONAL, .predicted = true},
    {.name = "another kind",
     .kind = "SYMBOL_MISSING",
     .verdict = VERDICT_CONDITIONAL,
     .predicted = true},
    {.name = "another file",
     .file = "/opt/acme/b",
     .verdict = VERDICT_CONDITIONAL,
     .predicted = true},
    {.name = "a pattern of files",
     .file = "/opt/*",
     .verdict = VERDICT_CONDITIONAL,
     .predicted = true},
    {.name = "another symbol",
     .symbol = "liby.so.1",
     .verdict = VERDICT_CONDITIONAL,
     .predicted = true},
    {.name = "no symbol", .symbol = "", .verdict = VERDICT_CONDITIONAL, .predicted = true},
    {.name = "another version", .version = "V2", .verdict = VERDICT_CONDITIONAL, .predicted = true},
    {.name = "something else was found",
     .found = "libx.so.3",
     .verdict = VERDICT_CONDITIONAL,
     .predicted = true},
    {.name = "it came true", .failed = true, .verdict = VERDICT_CONDITIONAL, .predicted = true},
    {.name = "another platform",
     .platform = "phytium",
     .verdict = VERDICT_CONDITIONAL,
     .predicted = true},
    {.name = "another suite", .suite = "nginx", .verdict = VERDICT_CONDITIONAL, .predicted = true},
    {.name = "a second finding",
     .second = "/opt/acme/b",
     .verdict = VERDICT_CONDITIONAL,
     .waived = true,
     .predicted = true},
    {.name = "findings that are not stored",
     .cut = true,
     .verdict = VERDICT_CONDITIONAL,
     .waived = true,
     .predicted = true},
    {.name = "files that were not checked",
     .unchecked = true,
     .verdict = VERDICT_CONDITIONAL,
     .waived = true,
     .predicted = true},
    {.name = "a case fails", .attempt = "one=FAIL two=PASS", .verdict = VERDICT_INCOMPATIBLE},
    {.name = "a case is skipped", .attempt = "one=SKIP two=PASS", .verdict = VERDICT_NOT_ASSESSED},
};

static void add_waiver(const struct row *row, struct waivers *waivers)
{
    struct waiver *waiver = vec_add(&waivers->rows);
    const char *symbol = row->symbol != NULL ? row->symbol : "libx.so.1";

    waiver->image = text_dup("*");
    waiver->platform = text_dup(row->platform != NULL ? row->platform : "*");
    waiver->suite = text_dup(row->suite != NULL ? row->suite : "redis");
    waiver->finding = text_dup(row->kind != NULL ? row->kind : "LIB_MISSING");
    waiver->file = text_dup(row->file != NULL ? row->file : FILE_A);
    waiver->symbol = *symbol != '\0' ? text_dup(symbol) : NULL;
    waiver->version = text_dup(row->version != NULL ? row->version : "V1");
    waiver->found = text_dup(row->found != NULL ? row->found : "libx.so.2");
    waiver->owner = text_dup("release team");
    waiver->reason = text_dup("fixed in the next build");
    snprintf(waiver->until, sizeof(waiver->until), "%s",
             row->until != NULL ? row->until : "2026-12-31");
    snprintf(waivers->today, sizeof(waivers->today), "2026-06-15");
}

static void test_verdicts(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct row *row = &rows[i];
        _cleanup_(waivers_done) struct waivers waivers = {.rows = {0}};
        _cleanup_(judgement_done) struct judgement judgement = {0}, without = {0};
        _cleanup_(cell_record_done) struct cell_record cell = {.repeat = 1};
        _cleanup_result_ struct result *result = NULL;
        const struct result *attempts[1];

        cell.image = text_dup("a");
        cell.platform = text_dup("kunpeng");
        cell.suite = text_dup("redis");
        plan_cases(&cell, "one:r two:r");
        result = came(&cell, 1, row->attempt != NULL ? row->attempt : "one=PASS two=PASS");
        attempts[0] = result;
        add_finding(result, row->severity != 0 ? row->severity : SEVERITY_BLOCK, FILE_A,
                    "libx.so.1");
        if (row->second != NULL)
            add_finding(result, SEVERITY_BLOCK, row->second, "libx.so.1");
        if (row->failed)
            result->prediction.findings.items[0].executed = EXECUTED_FAILED;
        result->prediction.cut = row->cut;
        if (row->unchecked)
            result->prediction.state = PREDICTION_FAILED;
        judge_cell(&cell, attempts, 1, &without);
        add_waiver(row, &waivers);
        cell.waivers = &waivers;
        judge_cell(&cell, attempts, 1, &judgement);
        if (judgement.verdict != row->verdict ||
            condition_is_named(judgement.reason, CONDITION_WAIVED) != row->waived ||
            condition_is_named(judgement.reason, CONDITION_PREDICTED) != row->predicted)
            printf("\n%s: %s: %s\n", row->name, verdict_name(judgement.verdict), judgement.reason);
        CHECK_INT(judgement.verdict, row->verdict);
        CHECK_INT(condition_is_named(judgement.reason, CONDITION_WAIVED), row->waived);
        CHECK_INT(condition_is_named(judgement.reason, CONDITION_PREDICTED), row->predicted);
        if (row->verdict == VERDICT_CONDITIONAL)
            CHECK_INT(waivers.rows.items[0].used, row->waived);
        /* A waiver of a finding never changes the verdict itself. */
        CHECK_INT(judgement.verdict, without.verdict);
    }
}

/* A file of the system that an attempt changed, whichever of them. */
static void test_attempts(void)
{
    static const char *const files[3][2] = {
        {"/etc/shadow", NULL}, {"/etc/a", "/etc/c"}, {"/etc/a", NULL}};
    _cleanup_(waivers_done) struct waivers waivers = {.rows = {0}};
    _cleanup_(judgement_done) struct judgement judgement = {0};
    _cleanup_(cell_record_done) struct cell_record cell = {.repeat = 3};
    struct result *results[3];

    cell.image = text_dup("a");
    cell.platform = text_dup("kunpeng");
    cell.suite = text_dup("redis");
    plan_cases(&cell, "one:r two:r");
    for (unsigned i = 0; i < 3; i++) {
        results[i] = came(&cell, i + 1, "one=PASS two=PASS");
        for (int f = 0; f < 2 && files[i][f] != NULL; f++) {
            struct finding *row = vec_add(&results[i]->footprint.findings);

            row->severity = SEVERITY_HIGH;
            finding_set_kind(row, "OS_FILE_MODIFIED");
            row->file = text_dup(files[i][f]);
        }
    }
    for (int f = 0; f < 2; f++) {
        add_waiver(&(struct row){.kind = "OS_FILE_MODIFIED", .file = files[1][f], .symbol = ""},
                   &waivers);
        text_replace(&waivers.rows.items[f].version, NULL);
        text_replace(&waivers.rows.items[f].found, NULL);
    }
    cell.waivers = &waivers;
    judge_cell(&cell, (const struct result *const *)results, 3, &judgement);
    CHECK_INT(judgement.verdict, VERDICT_CONDITIONAL);
    CHECK_HAS(judgement.reason, "waived: OS_FILE_MODIFIED of '/etc/a'");
    CHECK_HAS(judgement.reason, "OS_FILE_MODIFIED of '/etc/c' (waived");
    CHECK_HAS(judgement.reason, "footprint: OS_FILE_MODIFIED of '/etc/shadow'");
    for (int i = 0; i < 3; i++)
        result_free(results[i]);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"verdicts", test_verdicts}, {"attempts", test_attempts}, CU_TEST_INFO_NULL};

    return cunit_run("waived_findings", tests);
}
