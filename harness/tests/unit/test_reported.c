/* SPDX-License-Identifier: Apache-2.0 */
/* reported: what the readers make of a report's times, names and statuses. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "cunit_run.h"
#include "reported/report.h"

#define _cleanup_report_ _cleanup_(reported_done)

static void add_text(struct reported *report, const char *name, const char *text)
{
    struct reported_file *file = vec_add(&report->files);

    file->name = text_dup(name);
    buffer_text(&file->data, text);
}

static void test_times(void)
{
    static const struct {
        const char *text;
        int64_t ms; /* 0: ignored */
        size_t gaps;
    } rows[] = {
        {"2026-01-02T03:04:05Z", 1767323045000, 0},
        {"2026-01-02T03:04:05.999999Z", 1767323045000, 0},
        {"2026-01-02 03:04:05Z", 1767323045000, 0},
        {"2026-01-02T11:04:05+08:00", 1767323045000, 0},
        {"2026-01-02T11:04:05+0800", 1767323045000, 0},
        {"2026-01-01T22:04:05-05:00", 1767323045000, 0},
        {"2026-01-02T03:04:05", 1767323045000, 1},
        {"2026-01-02T03:04:05+99:00", 1767323045000, 1},
        {"2999-01-02T03:04:05Z", 0, 1},
        {"1960-01-02T03:04:05Z", 0, 1},
        {"2026-01-02", 0, 0},
        {"yesterday", 0, 0},
        {"", 0, 0},
        {NULL, 0, 0},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_report_ struct reported report = {.folder = false};

        reported_take_time(&report, rows[i].text, false);
        if (report.time_ms != rows[i].ms)
            printf("\n'%s':", rows[i].text);
        CU_ASSERT(report.time_ms == rows[i].ms);
        CHECK_INT(report.gaps.count, rows[i].gaps);
    }
}

static void test_earliest(void)
{
    for (int latest = 0; latest < 2; latest++) {
        _cleanup_report_ struct reported report = {.folder = false};

        reported_take_time(&report, "2026-01-02T03:04:05Z", latest);
        reported_take_time(&report, "2026-01-01T00:00:00Z", latest);
        reported_take_time(&report, "2026-01-03T00:00:00Z", latest);
        CU_ASSERT(report.time_ms == (latest ? 1767398400000 : 1767225600000));
    }
}

static void test_ids(void)
{
    static const struct {
        const char *name, *id; /* id ending with '*': only its beginning */
    } rows[] = {
        {"one", "one"},
        {"tests.test_app/test_one", "tests.test_app.test_one"},
        {"com.example.FooTest/testBar", "com.example.footest.testbar"},
        {"Suite::Case", "suite.case"},
        {"a b  c", "a-b-c"},
        {"test[x]", "test-x"},
        {"..", "case-*"},
        {"测试", "case-*"},
        {"../../etc/passwd", "etc.passwd"},
        {"0123456789012345678901234567890123456789012345678901234567890123456789",
         "0123456789012345678901234567890123456789012345678901234-*"},
    };
    _cleanup_report_ struct reported report = {.folder = false};
    _cleanup_strv_ struct strv ids = {0};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        CU_ASSERT(reported_add_case(&report, rows[i].name, STATUS_PASS, NULL, NULL, NULL, NULL) ==
                  0);
    reported_case_ids(&report, &ids);
    CU_ASSERT_FATAL(ids.count == report.cases.count);
    for (size_t i = 0; i < ids.count; i++) {
        size_t length = strcspn(rows[i].id, "*");

        CU_ASSERT(text_is_name(ids.items[i]));
        if (strncmp(ids.items[i], rows[i].id, length) != 0 ||
            (rows[i].id[length] == '\0' && ids.items[i][length] != '\0'))
            printf("\n'%s' is '%s':", rows[i].name, ids.items[i]);
        CU_ASSERT(strncmp(ids.items[i], rows[i].id, length) == 0);
        CU_ASSERT(rows[i].id[length] == '*' || ids.items[i][length] == '\0');
        for (size_t j = 0; j < i; j++)
            CU_ASSERT(strcmp(ids.items[i], ids.items[j]) != 0);
    }
}

/* Of two reports of a case the worse counts, whichever comes first. */
static void test_merge(void)
{
    for (int order = 0; order < 2; order++) {
        _cleanup_report_ struct reported report = {.folder = false};

        reported_add_case(&report, "a", order ? STATUS_FAIL : STATUS_PASS, order ? "bad" : NULL,
                          "x", NULL, NULL);
        reported_add_case(&report, "b", STATUS_PASS, NULL, NULL, NULL, NULL);
        reported_add_case(&report, "a", order ? STATUS_PASS : STATUS_FAIL, order ? NULL : "bad",
                          "x", NULL, NULL);
        reported_merge_cases(&report);
        CU_ASSERT_FATAL(report.cases.count == 2);
        CHECK_TEXT(report.cases.items[0].name, "a");
        CHECK_TEXT(status_name(report.cases.items[0].status), "FAIL");
        CHECK_TEXT(report.cases.items[0].reason, "bad");
        CHECK_TEXT(report.cases.items[1].name, "b");
        CHECK_INT(report.gaps.count, 1);
    }
}

/* Whatever is beside a pass, it is no pass. */
static void test_merge_passes(void)
{
    for (enum status status = 0; status < STATUS_COUNT; status++) {
        _cleanup_report_ struct reported report = {.folder = false};

        reported_add_case(&report, "a", STATUS_PASS, NULL, NULL, NULL, NULL);
        reported_add_case(&report, "a", status, NULL, NULL, NULL, NULL);
        reported_add_case(&report, "a", STATUS_PASS, NULL, NULL, NULL, NULL);
        reported_merge_cases(&report);
        CU_ASSERT_FATAL(report.cases.count == 1);
        CHECK_TEXT(status_name(report.cases.items[0].status), status_name(status));
    }
}

/* What no report says is refused, with a part of the message. */
static void test_kcidb_refused(void)
{
    static const struct {
        const char *text, *part;
    } rows[] = {
        {"", "KCIDB"},
        {"[]", "version"},
        {"{\"version\":5}", "version"},
        {"{\"version\":{\"major\":6}}", "version 6"},
        {"{\"version\":{\"major\":5}}", "'tests'"},
        {"{\"version\":{\"major\":5},\"tests\":[]}", "no test"},
        {"{\"version\":{\"major\":5},\"tests\":[1]}", "entry 1"},
        {"{\"version\":{\"major\":5},\"tests\":[{}]}", "build_id"},
        {"{\"version\":{\"major\":5},\"tests\":[{\"build_id\":\"b\"}]}", "'id'"},
        {"{\"version\":{\"major\":5},\"tests\":[{\"id\":\"a\",\"build_id\":\"b\"}],"
         "\"tests\":[]}",
         "tests"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_report_ struct reported report = {.folder = false};
        _cleanup_error_ struct error *err = NULL;

        add_text(&report, "a.json", rows[i].text);
        CU_ASSERT(reported_read_kcidb(&report, &err) < 0);
        CHECK_HAS(error_message(err), rows[i].part);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"times", test_times},
                           {"earliest and latest", test_earliest},
                           {"ids", test_ids},
                           {"twice the same", test_merge},
                           {"beside a pass", test_merge_passes},
                           {"KCIDB: refused", test_kcidb_refused},
                           CU_TEST_INFO_NULL};

    return cunit_run("reported", tests);
}
