/* SPDX-License-Identifier: Apache-2.0 */
/* model/finding: the table of kinds, and the verdict from files alone. */
#include "base/cleanup.h"
#include "cunit_run.h"
#include "model/finding.h"
#include "model/prediction.h"

static void test_kinds(void)
{
    for (enum finding_kind kind = 0; kind < FINDING_KIND_COUNT; kind++) {
        _cleanup_(findings_done) struct findings findings = {0};
        struct finding *row = findings_add(&findings, kind, "/opt/x", NULL, NULL, NULL);

        for (enum language language = 0; language < LANGUAGE_COUNT; language++) {
            const char *meaning = finding_meaning(row, language);
            const char *remedy = finding_remedy(row, language);

            CU_ASSERT_FATAL(meaning != NULL && remedy != NULL);
            CU_ASSERT(meaning[0] != '\0' && remedy[0] != '\0');
        }
        CU_ASSERT_STRING_NOT_EQUAL(finding_meaning(row, LANGUAGE_EN),
                                   finding_meaning(row, LANGUAGE_ZH));
        CU_ASSERT_STRING_NOT_EQUAL(finding_remedy(row, LANGUAGE_EN),
                                   finding_remedy(row, LANGUAGE_ZH));
        {
            _cleanup_free_ char *file = finding_place(row), *place = NULL;

            CHECK_TEXT(file, "/opt/x");
            row->line = 7;
            place = finding_place(row);
            CHECK_TEXT(place, "/opt/x:7");
        }
        finding_set_kind(row, finding_kind_name(kind));
        CHECK_INT(row->kind, kind);
        finding_set_remedy(row, "link with -l%s", "x");
        CHECK_TEXT(finding_remedy(row, LANGUAGE_ZH), "link with -lx");
    }
}

/* A result of another version of the program may contain a kind that is unknown here. */
static void test_other_kind(void)
{
    struct finding row = {.severity = SEVERITY_BLOCK}, copy;

    finding_set_kind(&row, "FROM_THE_FUTURE");
    finding_copy(&copy, &row);
    finding_done(&row);
    CHECK_TEXT(finding_name(&copy), "FROM_THE_FUTURE");
    CU_ASSERT_PTR_NULL(finding_meaning(&copy, LANGUAGE_ZH));
    CHECK_INT(finding_verdict(&copy, 1, true, false), VERDICT_INCOMPATIBLE);
    finding_set_kind(&copy, "ARCH");
    CHECK_INT(copy.kind, FINDING_ARCH);
    CHECK_TEXT(finding_name(&copy), "ARCH");
    finding_done(&copy);
}

static void test_verdict(void)
{
    static const struct {
        struct finding rows[2];
        size_t count;
        bool complete, public_list;
        enum verdict verdict;
    } rows[] = {
        {{{0}}, 0, true, false, VERDICT_COMPATIBLE},
        {{{0}}, 0, true, true, VERDICT_CONDITIONAL},
        {{{0}}, 0, false, false, VERDICT_NOT_ASSESSED},
        {{{0}}, 0, false, true, VERDICT_NOT_ASSESSED},
        {{{.severity = SEVERITY_WARN}}, 1, true, false, VERDICT_COMPATIBLE},
        {{{.severity = SEVERITY_HIGH}}, 1, true, false, VERDICT_CONDITIONAL},
        {{{.severity = SEVERITY_HIGH}}, 1, false, false, VERDICT_NOT_ASSESSED},
        {{{.severity = SEVERITY_HIGH}, {.severity = SEVERITY_UNKNOWN}},
         2,
         true,
         false,
         VERDICT_NOT_ASSESSED},
        {{{.severity = SEVERITY_UNKNOWN}, {.severity = SEVERITY_BLOCK}},
         2,
         false,
         true,
         VERDICT_INCOMPATIBLE},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        CHECK_INT(
            finding_verdict(rows[i].rows, rows[i].count, rows[i].complete, rows[i].public_list),
            rows[i].verdict);
        /* The stored result gives the same verdict as the check. */
        if (!rows[i].public_list) {
            struct prediction prediction = {.state = rows[i].complete ? PREDICTION_MADE
                                                                      : PREDICTION_FAILED};

            for (size_t k = 0; k < rows[i].count; k++)
                *vec_add(&prediction.findings) = rows[i].rows[k];
            CHECK_INT(prediction_verdict(&prediction), rows[i].verdict);
            prediction_done(&prediction);
        }
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"kinds", test_kinds},
                           {"other kind", test_other_kind},
                           {"verdict", test_verdict},
                           CU_TEST_INFO_NULL};

    return cunit_run("finding", tests);
}
