/* SPDX-License-Identifier: Apache-2.0 */
/* suite/record: only a record that agrees with its line, its case and its nonce is accepted. */
#include <errno.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "cunit_run.h"
#include "suite/record.h"

#define NONCE "00112233aabbccdd"
#define SHA256 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define LINE                                                                                       \
    "{\"nonce\":\"" NONCE "\",\"case\":\"a\",\"offset\":4096,\"length\":4608,\"sha256\":\"" SHA256 \
    "\",\"exit\":0,\"signal\":0,\"timed_out\":false,\"timeout_ms\":30000,\"duration_ms\":12,"      \
    "\"stdout_dropped\":7,\"stderr_dropped\":0,\"observations_dropped\":0,\"facts_dropped\":0,"    \
    "\"restart\":\"none\",\"mark\":\"-\"}\n"
#define FACTS "left\ta\\n\n"

/* A copy of text with one part replaced; the part must occur. */
static char *edit(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);

    if (at == NULL)
        return NULL;
    return text_format("%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

static void test_line(void)
{
    static const struct {
        const char *from, *to, *message; /* message NULL: accepted */
    } rows[] = {
        {"", "", NULL},
        {"\"exit\":0,\"signal\":0", "\"exit\":-1,\"signal\":9", NULL},
        {"00112233", "99112233", "another case's"},
        {"\"case\":\"a\"", "\"case\":\"b\"", "another case's"},
        {"\"case\":\"a\"", "\"case\":\"\\u001b[2J\"", "\\x1b[2J"},
        {"\"offset\":4096", "\"offset\":0", "4096 to 1048576"},
        {"\"length\":4608", "\"length\":99999999", "4096 to 1048576"},
        {"\"length\":4608", "\"length\":0", "4096 to 1048576"},
        {"\"length\":4608", "\"length\":-1", "'length' is -1"},
        {"\"stdout_dropped\":7", "\"stdout_dropped\":-7", "'stdout_dropped'"},
        {"\"facts_dropped\":0,", "", "'facts_dropped'"},
        {"\"observations_dropped\":0,", "", "'observations_dropped'"},
        {"\"sha256\":\"0", "\"sha256\":\"", "'sha256'"},
        {"\"sha256\":\"0", "\"sha256\":\"A", "'sha256'"},
        {"\"sha256\":\"" SHA256 "\",", "", "'sha256'"},
        {"\"exit\":0", "\"exit\":-1", "exclude each other"},
        {"\"exit\":0", "\"exit\":256", "'exit' is 256"},
        {"\"timed_out\":false", "\"timed_out\":0", "must be true or false"},
        {"\"exit\":0,", "", "'exit' must be an integer"},
        {"\"none\",\"mark\":\"-\"", "\"reboot\",\"mark\":\"one\"", NULL},
        {"\"none\"", "\"reboot\"", NULL},
        {"\"none\"", "\"explode\"", "unknown restart kind"},
        {"\"-\"", "\"one\"", "unknown restart kind"},
        {"\"none\",\"mark\":\"-\"", "\"reboot\",\"mark\":\"\"", "unknown restart kind"},
        {"\"none\",\"mark\":\"-\"", "\"reboot\",\"mark\":\"a b\"", "unknown restart kind"},
        {",\"mark\":\"-\"", "", "'mark'"},
        {"{", "", "invalid JSON"},
        {"}\n", "}\n{}\n", "invalid JSON"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_free_ char *text = edit(LINE, rows[i].from, rows[i].to);
        _cleanup_error_ struct error *err = NULL;
        struct record_line line = {0};
        int code;

        CU_ASSERT_PTR_NOT_NULL_FATAL(text);
        code = record_parse_line(text, strlen(text), NONCE, "a", 4096, 1 << 20, &line, &err);
        CHECK_INT(code, rows[i].message == NULL ? 0 : -EBADMSG);
        if (rows[i].message != NULL)
            CHECK_HAS(error_message(err), rows[i].message);
        else
            CHECK_INT(line.stdout_dropped, 7);
    }
}

static void test_no_line(void)
{
    _cleanup_free_ char *flood = text_calloc(1, 100000);
    _cleanup_error_ struct error *err = NULL;
    struct record_line line;

    memset(flood, '[', 99999);
    CHECK_INT(record_parse_line("", 0, NONCE, "a", 0, 4096, &line, &err), -EBADMSG);
    CHECK_HAS(error_message(err), "is empty");
    CHECK_INT(record_parse_line(flood, 99999, NONCE, "a", 0, 4096, &line, &err), -EBADMSG);
    CHECK_HAS(error_message(err), "at most 4096");
}

static void test_record(void)
{
    static const char name[] = NONCE "/a/stdout", other[] = NONCE "/a/facts";
    static const struct {
        const char *what, *name;
        size_t count;
        const char *sha256, *message;
    } rows[] = {
        {"good", name, 4, SHA256, NULL},
        {"nothing on the disk", name, 0, SHA256, "no complete record"},
        {"archive cut off", name, 3, SHA256, "no complete record"},
        {"a member too many", name, 5, SHA256, "its core dump"},
        {"two too many", name, 6, SHA256, "no complete record"},
        {"other bytes", name, 4, "1123" SHA256, "another SHA-256"},
        {"a shorter digest", name, 4, "0123", "another SHA-256"},
        {"no digest", name, 4, "", "another SHA-256"},
        {"another case", NONCE "/b/stdout", 4, SHA256, "another case's"},
        {"an older nonce", "ffff2233aabbccdd/a/stdout", 4, SHA256, "older"},
        {"another stream", other, 4, SHA256, "another case's"},
        {"a path", "../../etc/passwd", 4, SHA256, "another case's"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct record_member members[6] = {
            {rows[i].name, "abc", 3},         {NONCE "/a/stderr", "", 0},
            {NONCE "/a/observations", "", 0}, {NONCE "/a/facts", FACTS, strlen(FACTS)},
            {NONCE "/a/end", "x", 1},         {NONCE "/a/end", "x", 1},
        };
        _cleanup_(case_record_done) struct case_record record = {0};
        _cleanup_error_ struct error *err = NULL;
        struct record_line line;
        int code = record_parse_line(LINE, strlen(LINE), NONCE, "a", 4096, 1 << 20, &line, NULL);

        CHECK_INT(code, 0);
        code =
            record_check(NONCE, "a", &line, rows[i].sha256, members, rows[i].count, &record, &err);
        if (code != (rows[i].message == NULL ? 0 : -EBADMSG))
            printf("\nrow '%s'\n", rows[i].what);
        CHECK_INT(code, rows[i].message == NULL ? 0 : -EBADMSG);
        if (rows[i].message != NULL) {
            CHECK_HAS(error_message(err), rows[i].message);
            continue;
        }
        CHECK_TEXT(record.out.data, "abc");
        CHECK_INT(record.out_dropped, 7);
        CHECK_INT(record.end.duration_ms, 12);
        CHECK_TEXT(fact_field(facts_find(&record.facts, "left"), 0), "a\n");
    }
}

/* Limits apply whatever the line states. */
static void test_too_long(void)
{
    _cleanup_free_ char *flood = text_calloc(1, RECORD_STREAM_LIMIT + 1);
    struct record_member members[4] = {{NONCE "/a/stdout", flood, RECORD_STREAM_LIMIT + 1},
                                       {NONCE "/a/stderr", "", 0},
                                       {NONCE "/a/observations", "", 0},
                                       {NONCE "/a/facts", "", 0}};
    struct record_line line = {.sha256 = SHA256};
    struct case_record record;

    CHECK_INT(record_check(NONCE, "a", &line, SHA256, members, 4, &record, NULL), -EBADMSG);
}

/* A core file after the streams is accepted only if it matches the facts. */
static void test_core(void)
{
    static const struct {
        const char *facts, *name;
        int code;
    } rows[] = {
        {"core\t4\t1\n", NONCE "/a/core", 0},
        {"core\t5\t1\n", NONCE "/a/core", -EBADMSG},
        {"core\t4\t1\n", NONCE "/b/core", -EBADMSG},
        {"left\t4\t1\n", NONCE "/a/core", -EBADMSG},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *facts = rows[i].facts;
        _cleanup_(case_record_done) struct case_record record = {0};
        struct record_member members[5] = {
            {NONCE "/a/stdout", "abc", 3},    {NONCE "/a/stderr", "", 0},
            {NONCE "/a/observations", "", 0}, {NONCE "/a/facts", facts, strlen(facts)},
            {rows[i].name, "1234", 4},
        };
        struct record_line line = {.sha256 = SHA256};

        CHECK_INT(record_check(NONCE, "a", &line, SHA256, members, 5, &record, NULL), rows[i].code);
        CHECK_INT(record.core.length, rows[i].code == 0 ? 4 : 0);
        if (rows[i].code == 0)
            CU_ASSERT_TRUE(record.core_whole);
    }
}

/* The records of two parts are merged: the end of the last one, and the output of both. */
static void test_legs(void)
{
    _cleanup_(case_record_done) struct case_record whole = {0};
    struct case_record legs[2] = {
        {.end = {.exit_code = -1, .signal = 9, .duration_ms = 5, .restart = RESTART_REBOOT},
         .out_dropped = 3},
        {.end = {.exit_code = 1, .duration_ms = 7}, .observations_dropped = 2}};

    buffer_text(&legs[0].out, "one ");
    buffer_text(&legs[1].out, "two");
    buffer_text(&legs[1].err, "why");
    buffer_text(&legs[0].facts_text, "first\n");
    buffer_text(&legs[1].facts_text, "second\tx\n");
    for (size_t i = 0; i < 2; i++) {
        case_record_add(&whole, &legs[i]);
        case_record_done(&legs[i]);
    }
    CHECK_TEXT(whole.out.data, "one two");
    CHECK_TEXT(whole.err.data, "why");
    CHECK_INT(whole.end.exit_code, 1);
    CHECK_INT(whole.end.duration_ms, 12);
    CHECK_INT(whole.end.restart, RESTART_NONE);
    CHECK_INT(whole.out_dropped, 3);
    CHECK_INT(whole.observations_dropped, 2);
    CHECK_INT(whole.facts.count, 2);
    CHECK_TEXT(fact_field(facts_find(&whole.facts, "second"), 0), "x");
}

static void test_facts(void)
{
    static const struct {
        const char *text;
        int count; /* < 0: rejected */
        const char *last;
    } rows[] = {
        {"", 0, NULL},
        {"bare\n", 1, ""},
        {"left\ta\tb\\t\\\\c\n", 1, "b\t\\c"},
        {"one\tx\nunknown-kind\t\ty\n", 2, "y"},
        {"left\t\377\033\n", 1, ""},
        {"left\ta", -1, NULL},
        {"\n", -1, NULL},
        {"Left\ta\n", -1, NULL},
        {"left\ta\\x\n", -1, NULL},
        {"left\ta\\\n", -1, NULL},
        {"good\nleft\t1\t2\t3\t4\t5\t6\t7\t8\t9\n", -1, NULL},
        {"a-kind-that-is-longer-than-any-kind\n", -1, NULL},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct facts facts = {0};
        int code = facts_parse(rows[i].text, strlen(rows[i].text), &facts, NULL);

        CHECK_INT(code, rows[i].count < 0 ? -EBADMSG : 0);
        CHECK_INT(facts.count, rows[i].count < 0 ? 0 : rows[i].count);
        if (facts.count > 0)
            CHECK_TEXT(fact_field(&facts.items[facts.count - 1], 1), rows[i].last);
        facts_done(&facts);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"too long", test_too_long}, {"case line", test_line}, {"no case line", test_no_line},
        {"record", test_record},     {"core", test_core},      {"legs", test_legs},
        {"facts", test_facts},       CU_TEST_INFO_NULL};

    return cunit_run("suite/record", tests);
}
