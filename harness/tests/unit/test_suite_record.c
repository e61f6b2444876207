/* SPDX-License-Identifier: Apache-2.0 */
/* suite/record: only a record that agrees with its line, its case and its nonce is accepted. */
#include <errno.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "cunit_run.h"
#include "suite/record.h"

#define NONCE "00112233aabbccdd"
#define SHA256 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define PART(name, size) "{\"name\":\"" name "\",\"size\":" size ",\"sha256\":\"" SHA256 "\"}"
#define STREAMS                                                                                    \
    PART("stdout", "3") "," PART("stderr", "0") "," PART("observations", "0") "," PART("facts", "9")
#define LINE                                                                                       \
    "{\"nonce\":\"" NONCE "\",\"case\":\"a\",\"offset\":4096,\"parts\":[" STREAMS                  \
    "],\"exit\":0,\"signal\":0,\"timed_out\":false,\"timeout_ms\":30000,\"duration_ms\":12,"       \
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
        {"\"offset\":4096", "\"offset\":1048576", "4096 to 1048576"},
        {"\"size\":3", "\"size\":1048576", "its place is 4096 to 1048576"},
        {"\"size\":3", "\"size\":1048577", "'size' is 1048577"},
        {"\"size\":9", "\"size\":262145", "'size' is 262145"},
        {"\"size\":3", "\"size\":-1", "'size' is -1"},
        {"\"size\":3,", "", "'size'"},
        {"\"stdout\"", "\"stderr\"", "'name' is 'stderr', expected 'stdout'"},
        {"\"stdout\"", "\"../stdout\"", "'name'"},
        {"\"stdout\"", "\"\\u001b[2J\"", "\\x1b[2J"},
        {PART("stdout", "3") ",", "", "3 streams"},
        {"," PART("facts", "9"), "", "3 streams"},
        {"," PART("facts", "9"), "," PART("core", "9"), "'name' is 'core', expected 'facts'"},
        {STREAMS, STREAMS "," PART("core", "4"), NULL},
        {STREAMS, STREAMS "," PART("core", "4194305"), "'size' is 4194305"},
        {STREAMS, STREAMS "," PART("stdout", "3"), "'name' is 'stdout', expected 'artifacts'"},
        {STREAMS, STREAMS "," PART("core", "4") "," PART("core", "4"),
         "'name' is 'core', expected 'artifacts'"},
        {STREAMS, STREAMS "," PART("report", "4"), NULL},
        {STREAMS, STREAMS "," PART("artifacts", "4"), NULL},
        {STREAMS, STREAMS "," PART("core", "4") "," PART("report", "4") "," PART("artifacts", "4"),
         NULL},
        {STREAMS, STREAMS "," PART("report", "4") "," PART("core", "4"), "expected 'artifacts'"},
        {STREAMS, STREAMS "," PART("artifacts", "4") "," PART("artifacts", "4"),
         "not in their order"},
        {STREAMS, STREAMS "," PART("report", "8388609"), "'size' is 8388609"},
        {STREAMS, "", "0 streams"},
        {STREAMS, "1,2,3,4", "'name'"},
        {"\"parts\":[" STREAMS "]", "\"parts\":{}", "0 streams"},
        {"\"stdout_dropped\":7", "\"stdout_dropped\":-7", "'stdout_dropped'"},
        {"\"facts_dropped\":0,", "", "'facts_dropped'"},
        {"\"observations_dropped\":0,", "", "'observations_dropped'"},
        {"\"sha256\":\"0", "\"sha256\":\"", "'sha256'"},
        {"\"sha256\":\"0", "\"sha256\":\"A", "'sha256'"},
        {",\"sha256\":\"" SHA256 "\"", "", "'sha256'"},
        {"\"exit\":0", "\"exit\":-1", "exclude each other"},
        {"\"exit\":0", "\"exit\":256", "'exit' is 256"},
        {"\"timed_out\":false", "\"timed_out\":0", "must be true or false"},
        {"\"exit\":0,", "", "'exit' must be an integer"},
        {"\"none\",\"mark\":\"-\"", "\"reboot\",\"mark\":\"one\",\"hashed\":\"0f,1\"", NULL},
        {"\"none\"", "\"reboot\"", "'hashed'"},
        {"\"none\"", "\"reboot\",\"hashed\":\"\"", "'hashed'"},
        {"\"none\"", "\"reboot\",\"hashed\":\"0f;reboot\"", "'hashed'"},
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

/* The end record of these streams; core NULL: there is none. */
static struct record_line line_of(const char *const streams[RECORD_STREAMS])
{
    struct record_line line = {.stdout_dropped = 7, .end.duration_ms = 12};

    for (int i = 0; i < RECORD_STREAMS; i++) {
        if (streams[i] == NULL)
            continue;
        line.parts[i].size = strlen(streams[i]);
        line.length += line.parts[i].size;
        digest_of_memory(streams[i], line.parts[i].size, line.parts[i].sha256);
    }
    for (int i = 0; i < RECORD_STREAMS; i++)
        line.present[i] = streams[i] != NULL;
    return line;
}

/* What is on the disk must be exactly what the line states. */
static void test_record(void)
{
    static const char *const streams[RECORD_STREAMS] = {"abc", "de", "f\t1\t\n", FACTS};
    static const struct {
        const char *what, *data, *message;
    } rows[] = {
        {"good", "abcdef\t1\t\n" FACTS, NULL},
        {"what follows does not belong to it", "abcdef\t1\t\n" FACTS "more", NULL},
        {"nothing on the disk", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "stdout on the results disk"},
        {"another byte", "abcdEf\t1\t\n" FACTS, "stderr on the results disk"},
        {"cut off", "abcdef\t1\t\nleft\ta\0\0\0", "facts on the results disk"},
        {"a byte inserted", "aabcdef\t1\t\n" FACTS, "stdout on the results disk"},
        {"a byte removed", "abcef\t1\t\n" FACTS "x", "stderr on the results disk"},
        {"another order", "deabcf\t1\t\n" FACTS, "stdout on the results disk"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        static const struct case_record nothing;
        _cleanup_(case_record_done) struct case_record record = {0};
        _cleanup_error_ struct error *err = NULL;
        struct record_line line = line_of(streams);
        char sha256[DIGEST_TEXT_SIZE];
        int code = record_check("a", &line, rows[i].data, &nothing, &record, &err);

        if (code != (rows[i].message == NULL ? 0 : -EBADMSG))
            printf("\nrow '%s'\n", rows[i].what);
        CHECK_INT(code, rows[i].message == NULL ? 0 : -EBADMSG);
        if (rows[i].message != NULL) {
            CHECK_HAS(error_message(err), rows[i].message);
            CHECK_INT(record.out.length, 0);
            continue;
        }
        CHECK_TEXT(record.out.data, "abc");
        CHECK_TEXT(record.err.data, "de");
        CHECK_INT(record.out_dropped, 7);
        CHECK_INT(record.end.duration_ms, 12);
        CHECK_TEXT(fact_field(facts_find(&record.facts, "left"), 0), "a\n");
        digest_of_memory("abc", 3, sha256);
        CHECK_TEXT(record.sha256[RECORD_STDOUT], sha256);
    }
}

/* A core file after the streams is accepted only if it matches the facts. */
static void test_core(void)
{
    static const struct {
        const char *facts;
        int code;
    } rows[] = {
        {"core\t4\t1\n", 0},
        {"core\t5\t1\n", -EBADMSG},
        {"left\t4\t1\n", -EBADMSG},
        {"core\t4\t1", -EBADMSG},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *const streams[RECORD_STREAMS] = {"abc", "", "", rows[i].facts, "1234"};
        _cleanup_free_ char *data = text_format("abc%s1234", rows[i].facts);
        static const struct case_record nothing;
        _cleanup_(case_record_done) struct case_record record = {0};
        struct record_line line = line_of(streams);

        CHECK_INT(record_check("a", &line, data, &nothing, &record, NULL), rows[i].code);
        CHECK_INT(record.core.length, rows[i].code == 0 ? 4 : 0);
        if (rows[i].code == 0)
            CU_ASSERT_TRUE(record.core_whole);
    }
}

/* The files of a report and the artifacts are a format of their own, which the guest may break. */
static void test_collected(void)
{
    static const struct {
        const char *text;
        int code;
        size_t files;
        uint64_t left_files, left_bytes;
    } rows[] = {
        {"0 3 0 0\nabc", 0, 1, 0, 0},
        {"0 0 0 0\n", 0, 1, 0, 0},
        {"3 2 0 0\na/bXY5 0 1 900\nlarge0 0 7 1000\n", 0, 3, 8, 1900},
        {"../3 2 0 0\n", -EBADMSG, 0, 0, 0},
        {"0 3 0 0\nab", -EBADMSG, 0, 0, 0},
        {"0 3 0 0 abc", -EBADMSG, 0, 0, 0},
        {"9 0 0 0\nab", -EBADMSG, 0, 0, 0},
        {"0 3 1 5\nabc", -EBADMSG, 0, 0, 0},
        {"1 0 2 5\na", -EBADMSG, 0, 0, 0},
        {"0 0 0 5\n", -EBADMSG, 0, 0, 0},
        {"0 18446744073709551615 0 0\n", -EBADMSG, 0, 0, 0},
        {"0 -1 0 0\n", -EBADMSG, 0, 0, 0},
        {" 0 0 0\n", -EBADMSG, 0, 0, 0},
        {"0 0 0 0\n0 0", -EBADMSG, 0, 0, 0},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *const streams[RECORD_STREAMS] = {
            "", "", "", FACTS, NULL, rows[i].text, i % 2 == 0 ? NULL : "0 1 0 0\nx"};
        _cleanup_free_ char *data =
            text_format("%s%s%s", FACTS, rows[i].text, i % 2 == 0 ? "" : "0 1 0 0\nx");
        static const struct case_record nothing;
        _cleanup_(case_record_done) struct case_record record = {0};
        _cleanup_error_ struct error *err = NULL;
        struct record_line line = line_of(streams);
        uint64_t files, bytes;

        CHECK_INT(record_check("a", &line, data, &nothing, &record, &err), rows[i].code);
        CHECK_INT(record.report.count, rows[i].files);
        collected_count_left(&record.report, &files, &bytes);
        CHECK_INT(files, rows[i].left_files);
        CHECK_INT(bytes, rows[i].left_bytes);
        if (rows[i].code < 0)
            CHECK_HAS(error_message(err), "its report");
    }
}

/* A later part is verified by the digest of all bytes so far, which then names them. */
static void test_continued(void)
{
    static const char *const first[RECORD_STREAMS] = {"one ", "", "", "left\ta\n"};
    static const char *const whole[RECORD_STREAMS] = {"one two", "why", "", "left\ta\n"};
    static const struct case_record nothing;
    _cleanup_(case_record_done) struct case_record record = {0}, leg = {0}, more = {0};
    struct record_line line = line_of(first), next = line_of(whole);

    next.parts[RECORD_STDOUT].size = 3;
    next.parts[RECORD_FACTS].size = 0;
    next.length = 6;
    CHECK_INT(record_check("a", &line, "one left\ta\n", &nothing, &leg, NULL), 0);
    case_record_add(&record, &leg);
    CHECK_INT(record_check("a", &next, "twowhy", &nothing, &more, NULL), -EBADMSG);
    CHECK_INT(record_check("a", &next, "TWOwhy", &record, &more, NULL), -EBADMSG);
    CHECK_INT(record_check("a", &next, "twowhy", &record, &more, NULL), 0);
    case_record_add(&record, &more);
    for (int i = 0; i < RECORD_CORE; i++) {
        const struct buffer *bytes = case_record_bytes(&record, (enum record_stream)i);
        char sha256[DIGEST_TEXT_SIZE];

        CHECK_TEXT(bytes->data != NULL ? bytes->data : "", whole[i]);
        digest_of_memory(bytes->data, bytes->length, sha256);
        CHECK_TEXT(record.sha256[i], sha256);
    }
    CHECK_INT(record.facts.count, 1);
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
    CU_TestInfo tests[] = {{"end record", test_line}, {"no end record", test_no_line},
                           {"record", test_record},   {"core", test_core},
                           {"legs", test_legs},       {"continued", test_continued},
                           {"facts", test_facts},     {"collected files", test_collected},
                           CU_TEST_INFO_NULL};

    return cunit_run("suite/record", tests);
}
