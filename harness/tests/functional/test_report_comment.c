/* SPDX-License-Identifier: Apache-2.0 */
/* `touchstone report --format markdown --baseline`: the comment says what is worse, never more than
 * it may, and has at most 60 lines whatever the runs are. */
#include <unistd.h>

#include "reports/markdown_text.h"
#include "run_touchstone.h"
#include "sample_days.h"
#include "sample_hostile.h"

#define SECOND_RUN "20260102-bbbbbb"

static size_t lines_of(const char *text)
{
    size_t count = 0;

    for (; *text != '\0'; text++)
        count += *text == '\n';
    return count;
}

static char *comment_of(const char *home, const char *run, const char *baseline)
{
    const char *words[] = {"report", run, "--format", "markdown", "--baseline", baseline, NULL};
    _cleanup_free_ char *err = NULL;
    char *out = NULL;

    CHECK_INT(run_touchstone(home, words, &out, &err), 0);
    CU_ASSERT(lines_of(out) <= MARKDOWN_COMMENT_LINES);
    return out;
}

static void test_typed(void)
{
    static const struct typed rows[] = {
        {{"report", "-f", "html", "--baseline", "latest"}, 64, NULL, "only the format markdown"},
        {{"report", "-f", "markdown", "--baseline", "x"}, 64, NULL, "no run 'x'"},
        {{"report", "-f", "markdown", "--map", "a=b"}, 64, NULL, "no --baseline"},
        {{"report", "-f", "markdown", "--baseline", "view:none"}, 64, NULL, "none"},
    };
    _cleanup_folder_ char *home = temp_folder_new();

    sample_add_day(home, SAMPLE_RUN, "a", 1, STATUS_PASS);
    check_typed(home, rows, sizeof(rows) / sizeof(rows[0]));
}

/* What is new is named with whose it is, and the commands are those of the cell. */
static void test_worse(void)
{
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_free_ char *text = NULL, *back = NULL;

    sample_add_day(home, SAMPLE_RUN, "a", 1, STATUS_PASS);
    sample_add_day(home, SECOND_RUN, "a", 2, STATUS_FAIL);
    text = comment_of(home, SECOND_RUN, SAMPLE_RUN);
    CHECK_HAS(text, "## ❌ incompatible (emulated) · worse than the baseline\n");
    CHECK_HAS(text, "new failures **1** · missing **0**");
    CHECK_HAS(text, "| redis / **persist** | kunpeng, a | PASS → FAIL | product | not ok 2 - data");
    CHECK_HAS(text, "show a/kunpeng/redis --run " SECOND_RUN " --case persist`");
    CHECK_HAS(text, "gate " SECOND_RUN " --baseline " SAMPLE_RUN " --investigate`");
    back = comment_of(home, SAMPLE_RUN, SECOND_RUN);
    CHECK_HAS(back, "nothing is worse than in the baseline\n");
    CHECK_HAS(back, "Nothing is worse than in the baseline.");
    CHECK_HAS(back, "fixed **1**");
    /* The other cells have no result: that nothing is worse makes nothing green. */
    CHECK_HAS(back, "## ❓ not-assessed");
    CU_ASSERT(strstr(back, "## ✅") == NULL);
}

/* Evidence that is damaged since, which only a report sees. */
static void test_evidence(void)
{
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_free_ char *path = NULL, *text = NULL;
    char sha256[DIGEST_TEXT_SIZE];

    sample_add_day(home, SAMPLE_RUN, "a", 1, STATUS_PASS);
    sample_add_day(home, SECOND_RUN, "a", 2, STATUS_PASS);
    digest_of_memory("Linux version\n", 14, sha256);
    path = evidence_path(home, sha256);
    CHECK_INT(path_write_atomic(path, "LINUX version\n", 14, NULL), 0);
    text = comment_of(home, SECOND_RUN, SAMPLE_RUN);
    CHECK_HAS(text, " · worse than the baseline\n");
    CHECK_HAS(text, "doctor --full`");
    CU_ASSERT(strstr(text, "Nothing is worse") == NULL && strstr(text, "✅") == NULL);
}

enum { MANY = 300 };

/* So many platforms, on each of which a case fails that passed before, with a hostile reason: the
 * same everywhere, or another one each. */
static void add_many(const char *home, const char *id, enum status status, bool same)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_(run_record_done) struct run_record run = {0};
    _cleanup_(suite_free_cleanup) struct suite *suite = sample_suite("redis");
    const struct suite *suites[] = {suite};

    sample_ended_run(&run);
    text_replace(&run.id, id);
    for (int i = 0; i < MANY; i++) {
        _cleanup_free_ char *platform = text_format("platform-%d", i);
        struct host_fact *fact = vec_add(&run.host);

        sample_plan_cell(&run, "a", platform, "redis", NULL);
        fact->key = text_format("fact-%d", i);
        fact->value = text_dup(status == STATUS_PASS ? "old" : "@new");
    }
    CU_ASSERT_FATAL(store_open(home, &store, NULL) == 0);
    CU_ASSERT_FATAL(store_add_run(store, &run, suites, 1, NULL) == 0);
    for (int i = 0; i < MANY; i++) {
        _cleanup_free_ char *platform = text_format("platform-%d", i);
        struct result *result = sample_cell(id, "a", platform, "redis", 1);
        struct case_result *row;
        _cleanup_folder_ char *work = temp_folder_new();

        sample_case(result, "install", ITEM_INSTALL, true, STATUS_PASS);
        row = sample_case(result, "persist", ITEM_FUNCTION, true, status);
        row->blame = status == STATUS_PASS ? BLAME_NONE : BLAME_PRODUCT;
        if (status != STATUS_PASS)
            row->reason = text_format("%s | <b> @all `x` %d", HOSTILE_WORDS, same ? 0 : i);
        sample_case(result, "speed", ITEM_PERFORMANCE, false, STATUS_DONE)->judgeable = false;
        sample_case(result, "lse", ITEM_EXTRA, false, STATUS_PASS);
        sample_merge_whole(store, work, result);
    }
}

static char *comment_of_many(bool same)
{
    _cleanup_folder_ char *home = temp_folder_new();
    char *text;

    add_many(home, SAMPLE_RUN, STATUS_PASS, same);
    add_many(home, SECOND_RUN, STATUS_FAIL, same);
    text = comment_of(home, SECOND_RUN, SAMPLE_RUN);
    printf(" %zu lines, %zu bytes", lines_of(text), strlen(text));
    CHECK_HAS(text, "new failures **300**");
    /* Comments have at most 65536 characters. */
    CU_ASSERT(strlen(text) < 32768);
    CU_ASSERT(strstr(text, "@all") == NULL && strstr(text, "<b>") == NULL);
    return text;
}

static void test_many(void)
{
    _cleanup_free_ char *each = comment_of_many(false), *same = comment_of_many(true);

    CHECK_HAS(each, "… 290 more");
    CHECK_HAS(each, "… 296 more");
    CHECK_HAS(same,
              "| platform-0, a<br>platform-1, a<br>platform-2, a<br>platform-3, a<br>… 296 more |");
    CU_ASSERT(strstr(same, "… 290 more") == NULL);
}

static void test_view(void)
{
    static const char *const chinese[] = {"report",      SECOND_RUN, "-f", "markdown", "--baseline",
                                          "view:newest", "--lang",   "zh", NULL};
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_free_ char *text = NULL, *zh = NULL, *err = NULL;

    sample_add_day(home, SAMPLE_RUN, "a", 1, STATUS_PASS);
    sample_add_day(home, SECOND_RUN, "a", 2, STATUS_FAIL);
    text = comment_of(home, SECOND_RUN, "view:newest");
    CHECK_HAS(text, "baseline `view:newest`");
    CHECK_HAS(text, "PASS → FAIL");
    CHECK_INT(run_touchstone(home, chinese, &zh, &err), 0);
    CHECK_HAS(zh, "❌ 不兼容");
    CHECK_HAS(zh, "比基线差");
    CHECK_HAS(zh, "### 处理建议");
}

int main(void)
{
    CU_TestInfo tests[] = {{"typed", test_typed},
                           {"a failure that is new", test_worse},
                           {"evidence that is damaged", test_evidence},
                           {"many changes", test_many},
                           {"a view, in Chinese", test_view},
                           CU_TEST_INFO_NULL};

    return cunit_run("report_comment", tests);
}
