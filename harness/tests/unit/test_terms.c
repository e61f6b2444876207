/* SPDX-License-Identifier: Apache-2.0 */
/* Every word that verdicts and reports use is explained, in both languages. */
#include "cli/cli.h"
#include "cunit_run.h"
#include "judge/diff.h"
#include "model/finding.h"
#include "model/policy.h"
#include "reports/terms.h"

static bool has(const struct terms *terms, enum term_group group, const char *word)
{
    vec_foreach (term, terms)
        if (term->group == group && strcmp(term->word, word) == 0)
            return true;
    printf("\n%s '%s' is not explained", term_group_name(group), word);
    return false;
}

static void test_words(void)
{
    static const int codes[] = {EXIT_COMPATIBLE, EXIT_INCOMPATIBLE, EXIT_NOT_ASSESSED,
                                EXIT_NO_RESULTS, EXIT_ALL_SKIPPED,  EXIT_PARTIAL,
                                EXIT_USAGE,      EXIT_IO,           EXIT_INTERRUPTED};
    struct terms terms;

    terms_list(LANGUAGE_EN, &terms);
    for (int i = 0; i < VERDICT_COUNT; i++)
        CU_ASSERT(has(&terms, TERM_VERDICT, verdict_name((enum verdict)i)));
    for (int i = 0; i < STATUS_COUNT; i++)
        CU_ASSERT(has(&terms, TERM_STATUS, status_name((enum status)i)));
    for (int i = 0; i < BLAME_COUNT; i++)
        if (i != BLAME_NONE)
            CU_ASSERT(has(&terms, TERM_BLAME, blame_name((enum blame)i)));
    for (int i = GRADE_REPORTED; i < GRADE_COUNT; i++)
        CU_ASSERT(has(&terms, TERM_GRADE, grade_name((enum grade)i)));
    for (int i = 0; i < SEVERITY_COUNT; i++)
        CU_ASSERT(has(&terms, TERM_SEVERITY, finding_severity_name((enum finding_severity)i)));
    for (int i = 0; i < CONDITION_COUNT; i++)
        CU_ASSERT(has(&terms, TERM_CONDITION, condition_words.names[i]));
    for (int i = 0; i < DIFF_CHANGE_COUNT; i++)
        if (i != DIFF_FLAKY) /* explained as a condition */
            CU_ASSERT(has(&terms, TERM_CHANGE, diff_change_name((enum diff_change)i)));
    for (int i = 0; i < FINDING_KIND_COUNT; i++)
        CU_ASSERT(has(&terms, TERM_FINDING, finding_kind_name((enum finding_kind)i)));
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        _cleanup_free_ char *text = text_format("%d", codes[i]);

        CU_ASSERT(has(&terms, TERM_EXIT, text));
    }
    vec_done(&terms);
}

/* The kinds that a check names exist, and every text is there in both languages. */
static void test_texts(void)
{
    struct terms english, chinese;

    terms_list(LANGUAGE_EN, &english);
    terms_list(LANGUAGE_ZH, &chinese);
    CU_ASSERT_FATAL(english.count == chinese.count);
    for (size_t i = 0; i < english.count; i++) {
        const struct term *term = &english.items[i];
        _cleanup_strv_ struct strv places = {0};

        CHECK_TEXT(term->word, chinese.items[i].word);
        CU_ASSERT(term->text[0] != '\0' && chinese.items[i].text[0] != '\0');
        CU_ASSERT(strcmp(term->text, chinese.items[i].text) != 0);
        CU_ASSERT((term->group == TERM_CHECK) == (term->where != NULL));
        strv_split(&places, term->where != NULL ? term->where : "", " ");
        for (size_t p = 0; p < places.count; p++)
            if (strcmp(places.items[p], "guest") != 0)
                CU_ASSERT(has(&english, TERM_FINDING, places.items[p]));
    }
    vec_done(&english);
    vec_done(&chinese);
}

int main(void)
{
    CU_TestInfo tests[] = {{"words", test_words}, {"texts", test_texts}, CU_TEST_INFO_NULL};

    return cunit_run("terms", tests);
}
