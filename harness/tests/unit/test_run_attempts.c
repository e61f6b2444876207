/* SPDX-License-Identifier: Apache-2.0 */
/* run/attempts: which histories of a cell require more attempts, and that all of them end. */
#include "cunit_run.h"
#include "model/plan.h"
#include "model/result.h"
#include "run/attempts.h"
#include "sample_result.h"
#include "series/series.h"

/* A letter for each attempt: p passed, f failed, e error, s skipped, i MISS of the image, h MISS of
 * the host, w of the harness, x failed before the host failed; I and X: the run was stopped, X
 * after a failure. */
static struct result *came(char letter, unsigned number)
{
    static const struct {
        char letter;
        enum status status, outcome;
        enum blame blame;
    } kinds[] = {
        {'p', STATUS_PASS, STATUS_PASS, BLAME_NONE},    {'f', STATUS_FAIL, STATUS_PASS, BLAME_NONE},
        {'e', STATUS_ERROR, STATUS_PASS, BLAME_NONE},   {'s', STATUS_SKIP, STATUS_PASS, BLAME_NONE},
        {'i', STATUS_MISS, STATUS_MISS, BLAME_IMAGE},   {'h', STATUS_MISS, STATUS_MISS, BLAME_HOST},
        {'w', STATUS_MISS, STATUS_MISS, BLAME_HARNESS}, {'x', STATUS_FAIL, STATUS_MISS, BLAME_HOST},
    };
    struct result *result = sample_cell("r1", "a", "kunpeng", "redis", number);

    if (letter == 'I' || letter == 'X') {
        result_set_interrupted(result);
        letter = letter == 'I' ? 'w' : 'x';
    }
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (kinds[i].letter == letter) {
            sample_case(result, "works", ITEM_FUNCTION, true, kinds[i].status);
            result->outcome = kinds[i].outcome;
            result->blame = kinds[i].blame;
            return result;
        }
    CU_FAIL_FATAL("unknown letter");
    return result;
}

static unsigned wanted_after(const struct plan *plan, const char *history, size_t forgiven)
{
    struct result *attempts[64] = {NULL};
    size_t count = strlen(history);
    unsigned wanted;

    CU_ASSERT_FATAL(count <= 64);
    for (size_t i = 0; i < count; i++)
        attempts[i] = came(history[i], (unsigned)i + 1);
    wanted = attempts_wanted(plan, (const struct result *const *)attempts, count, forgiven);
    for (size_t i = 0; i < count; i++)
        result_free(attempts[i]);
    return wanted;
}

static void test_table(void)
{
    static const struct {
        unsigned repeat, retry, infrastructure;
        const char *history;
        size_t forgiven;
        unsigned wanted;
    } rows[] = {
        /* The defaults: one attempt, and one more after a failure of the host. */
        {1, 0, 1, "", 0, 1},
        {0, 0, 1, "", 0, 1},
        {1, 0, 1, "p", 0, 0},
        {1, 0, 1, "f", 0, 0},
        {1, 0, 1, "i", 0, 0},
        {1, 0, 1, "h", 0, 1},
        {1, 0, 1, "w", 0, 1},
        {1, 0, 1, "hp", 0, 0},
        {1, 0, 1, "hf", 0, 0},
        {1, 0, 1, "hh", 0, 0},
        {1, 0, 1, "x", 0, 0}, /* an observed failure counts */
        {1, 0, 0, "h", 0, 0},
        {1, 0, 3, "hwh", 0, 1},
        {1, 0, 3, "hwhw", 0, 0},
        /* Requested again after the run had ended. */
        {1, 0, 1, "hh", 2, 1},
        {1, 0, 1, "hhh", 2, 1},
        {1, 0, 1, "hhhh", 2, 0},
        {1, 0, 0, "h", 1, 1},
        {1, 0, 0, "hh", 1, 0},
        {1, 0, 1, "hp", 1, 0},
        {1, 0, 1, "f", 0, 0},
        /* A run that was stopped is not a failure of the host. */
        {1, 0, 1, "I", 0, 1},
        {1, 0, 0, "I", 0, 1},
        {1, 0, 0, "III", 0, 1},
        {1, 0, 1, "Ih", 0, 1},
        {1, 0, 1, "X", 0, 0},
        {3, 0, 1, "pIp", 0, 1},
        {3, 0, 1, "pXp", 0, 1},
        /* --retry */
        {1, 2, 1, "f", 0, 1},
        {1, 2, 1, "e", 0, 1},
        {1, 2, 1, "i", 0, 1},
        {1, 2, 1, "x", 0, 1},
        {1, 2, 1, "s", 0, 0},
        {1, 2, 1, "ff", 0, 1},
        {1, 2, 1, "fff", 0, 0},
        {1, 2, 1, "fp", 0, 0},
        {1, 2, 1, "hf", 0, 1},
        {1, 1, 0, "h", 0, 1},
        {1, 1, 0, "hh", 0, 0},
        /* --repeat */
        {5, 0, 1, "", 0, 5},
        {5, 0, 1, "pf", 0, 3},
        {5, 0, 1, "pfpfp", 0, 0},
        {5, 0, 1, "phpff", 0, 1},
        {5, 0, 0, "phpff", 0, 0},
        {5, 0, 1, "hhhhh", 0, 5},
        {5, 0, 1, "hhhhhhp", 0, 3},
        {1000, 0, 1, "p", 0, 999},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct plan plan = {.repeat = rows[i].repeat,
                            .retry = rows[i].retry,
                            .retry_infrastructure = rows[i].infrastructure};
        unsigned wanted = wanted_after(&plan, rows[i].history, rows[i].forgiven);

        if (wanted != rows[i].wanted)
            printf("\nrow %zu, '%s':", i, rows[i].history);
        CHECK_INT(wanted, rows[i].wanted);
    }
}

/* Whatever the outcomes, in rounds as the controller makes them: the run ends within the limit, and
 * a run that is killed and resumed at any attempt makes the same number. */
static void test_bounded(void)
{
    static const char letters[] = "pfesihwx";
    unsigned seed = 1;

    for (unsigned trial = 0; trial < 500; trial++) {
        struct plan plan = {.repeat = 1 + trial % 4,
                            .retry = trial % 4 == 0 ? trial / 4 % 4 : 0,
                            .retry_infrastructure = trial / 7 % 3};
        size_t most = (plan.repeat + plan.retry) * (1 + plan.retry_infrastructure);
        char outcomes[65] = "", rounds[65] = "", singly[65] = "";
        unsigned wanted;

        for (size_t i = 0; i < 64; i++) {
            seed = seed * 1664525 + 1013904223;
            outcomes[i] = letters[(seed >> 16) % (sizeof(letters) - 1)];
        }
        while ((wanted = wanted_after(&plan, rounds, 0)) > 0) {
            size_t count = strlen(rounds);

            CU_ASSERT_FATAL(count + wanted <= most);
            memcpy(rounds + count, outcomes + count, wanted);
        }
        while (wanted_after(&plan, singly, 0) > 0)
            singly[strlen(singly)] = outcomes[strlen(singly)];
        CHECK_TEXT(singly, rounds);
    }
}

/* Whose installation may be used: attempts that ran to their end. */
static void test_installed(void)
{
    static const struct {
        const char *history, *names;
    } rows[] = {{"", ""},    {"p", "1"},    {"f", "1"},  {"h", ""},
                {"hp", "2"}, {"pfh", "12"}, {"iwx", ""}, {"IpX", "2"}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct result *attempts[8] = {NULL};
        size_t count = strlen(rows[i].history);
        _cleanup_strv_ struct strv installed = {0};
        _cleanup_buffer_ struct buffer names = {0};

        for (size_t k = 0; k < count; k++)
            attempts[k] = came(rows[i].history[k], (unsigned)k + 1);
        attempts_installed((const struct result *const *)attempts, count, &installed);
        buffer_text(&names, "");
        for (size_t k = 0; k < installed.count; k++)
            buffer_text(&names, strrchr(installed.items[k], '/') + 1);
        CHECK_TEXT(names.data != NULL ? names.data : "", rows[i].names);
        for (size_t k = 0; k < count; k++)
            result_free(attempts[k]);
    }
}

/* Only the host or the harness may cut a long run short: a guest that died by itself has not passed
 * the rounds before. */
static void test_series(void)
{
    static const struct {
        const char *history;
        size_t series;
    } rows[] = {{"", 0},  {"h", 1}, {"w", 1}, {"I", 1},  {"hw", 2}, {"i", 0},
                {"p", 0}, {"f", 0}, {"x", 0}, {"hp", 1}, {"e", 0}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct result *attempts[8] = {NULL};
        size_t count = strlen(rows[i].history);
        _cleanup_strv_ struct strv series = {0};

        for (size_t k = 0; k < count; k++) {
            struct evidence *blob;

            attempts[k] = came(rows[i].history[k], (unsigned)k + 1);
            attempts[k]->cases.items[0].started = true;
            blob = vec_add(&attempts[k]->evidence);
            blob->name = text_dup(SERIES_EVIDENCE);
            blob->case_id = text_dup("works");
            snprintf(blob->sha256, sizeof(blob->sha256), "%064zu", k);
        }
        CHECK_INT(attempts_series((const struct result *const *)attempts, count, &series, NULL), 0);
        CHECK_INT(series.count, rows[i].series);
        for (size_t k = 0; k < count; k++)
            result_free(attempts[k]);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"table", test_table},
                           {"bounded, and the same in one piece or many", test_bounded},
                           {"installed", test_installed},
                           {"samples", test_series},
                           CU_TEST_INFO_NULL};

    return cunit_run("run attempts", tests);
}
