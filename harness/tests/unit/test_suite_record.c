/* SPDX-License-Identifier: Apache-2.0 */
/* suite/record: only a record that agrees with its line, its case and its nonce is taken. */
#include <errno.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "cunit_run.h"
#include "suite/record.h"

#define NONCE "00112233aabbccdd"
#define LINE                                                                                       \
    "{\"nonce\":\"" NONCE "\",\"case\":\"a\",\"offset\":4096,\"length\":4608,\"exit\":0,"          \
    "\"signal\":0,\"timed_out\":false,\"timeout_ms\":30000,\"duration_ms\":12,"                    \
    "\"stdout_bytes\":3,\"stderr_bytes\":0,\"stdout_dropped\":0,\"stderr_dropped\":0,"             \
    "\"facts_bytes\":9,\"facts_dropped\":0,\"restart\":\"none\",\"mark\":\"-\"}\n"
#define END                                                                                        \
    "touchstone-case 3\nnonce " NONCE "\ncase a\nexit 0\ntimed_out 0\ntimeout_ms 30000\n"          \
    "duration_ms 12\nrestart none -\nstdout 3 352441c2 0\nstderr 0 00000000 0\nobservations 0 "    \
    "00000000 0\nfacts 9 4c07743d 0\n"
#define FACTS "left\ta\\n\n"

static void test_crc(void)
{
    CHECK_INT(record_crc32(0, "123456789", 9), 0xcbf43926); /* the check value of CRC-32 */
    CHECK_INT(record_crc32(0, "abc", 3), 0x352441c2);
    CHECK_INT(record_crc32(0, "", 0), 0);
}

/* A copy of text with one part replaced; the part must be there. */
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
        const char *from, *to, *message; /* message NULL: taken */
    } rows[] = {
        {"", "", NULL},
        {"\"exit\":0,\"signal\":0", "\"exit\":-1,\"signal\":9", NULL},
        {"00112233", "99112233", "another case's"},
        {"\"case\":\"a\"", "\"case\":\"b\"", "another case's"},
        {"\"case\":\"a\"", "\"case\":\"\\u001b[2J\"", "\\x1b[2J"},
        {"\"offset\":4096", "\"offset\":0", "its room is"},
        {"\"length\":4608", "\"length\":99999999", "its room is"},
        {"\"length\":4608", "\"length\":-1", "'length' is -1"},
        {"\"stdout_bytes\":3", "\"stdout_bytes\":99999999", "'stdout_bytes'"},
        {"\"facts_bytes\":9", "\"facts_bytes\":99999999", "'facts_bytes'"},
        {"\"facts_bytes\":9,", "", "'facts_bytes'"},
        {"\"exit\":0", "\"exit\":-1", "exclude each other"},
        {"\"exit\":0", "\"exit\":256", "'exit' is 256"},
        {"\"timed_out\":false", "\"timed_out\":0", "must be true or false"},
        {"\"exit\":0,", "", "'exit' must be an integer"},
        {"\"none\",\"mark\":\"-\"", "\"reboot\",\"mark\":\"one\"", NULL},
        {"\"none\"", "\"reboot\"", NULL},
        {"\"none\"", "\"explode\"", "no restart that there is"},
        {"\"-\"", "\"one\"", "no restart that there is"},
        {"\"none\",\"mark\":\"-\"", "\"reboot\",\"mark\":\"\"", "no restart that there is"},
        {"\"none\",\"mark\":\"-\"", "\"reboot\",\"mark\":\"a b\"", "no restart that there is"},
        {",\"mark\":\"-\"", "", "'mark'"},
        {"{", "", "not the JSON"},
        {"}\n", "}\n{}\n", "not the JSON"},
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
            CHECK_INT(line.stdout_bytes, 3);
    }
}

static void test_no_line(void)
{
    _cleanup_free_ char *flood = text_calloc(1, 100000);
    _cleanup_error_ struct error *err = NULL;
    struct record_line line;

    memset(flood, '[', 99999);
    CHECK_INT(record_parse_line("", 0, NONCE, "a", 0, 4096, &line, &err), -EBADMSG);
    CHECK_HAS(error_message(err), "left no result");
    CHECK_INT(record_parse_line(flood, 99999, NONCE, "a", 0, 4096, &line, &err), -EBADMSG);
    CHECK_HAS(error_message(err), "at most 4096");
}

static int check(const char *out, const char *out_name, const char *end, size_t count,
                 const char *line_edit, struct case_record *ret, struct error **err)
{
    struct record_member members[6] = {
        {out_name, out, strlen(out)},       {NONCE "/a/stderr", "", 0},
        {NONCE "/a/observations", "", 0},   {NONCE "/a/facts", FACTS, strlen(FACTS)},
        {NONCE "/a/end", end, strlen(end)}, {NONCE "/a/end", end, strlen(end)},
    };
    _cleanup_free_ char *text = edit(LINE, "\"exit\":0", line_edit);
    struct record_line line;
    int code = record_parse_line(text, strlen(text), NONCE, "a", 4096, 1 << 20, &line, err);

    return code < 0 ? code : record_check(NONCE, "a", &line, members, count, ret, err);
}

static void test_record(void)
{
    static const char name[] = NONCE "/a/stdout";
    static const struct {
        const char *what, *out, *name, *from, *to;
        size_t count;
        const char *line, *message;
    } rows[] = {
        {"good", "abc", name, "", "", 5, "\"exit\":0", NULL},
        {"nothing on the disk", "abc", name, "", "", 0, "\"exit\":0", "no whole record"},
        {"archive cut off", "abc", name, "", "", 4, "\"exit\":0", "no whole record"},
        {"a member too many", "abc", name, "", "", 6, "\"exit\":0", "its core is not"},
        {"other bytes", "abd", name, "", "", 5, "\"exit\":0", "cut off or was changed"},
        {"fewer bytes", "ab", name, "", "", 5, "\"exit\":0", "cut off or was changed"},
        {"crc", "abc", name, "352441c2", "352441c3", 5, "\"exit\":0", "cut off or was changed"},
        {"another case", "abc", NONCE "/b/stdout", "", "", 5, "\"exit\":0", "another case's"},
        {"an older nonce", "abc", "ffff2233aabbccdd/a/stdout", "", "", 5, "\"exit\":0", "older"},
        {"a path", "abc", "../../etc/passwd", "", "", 5, "\"exit\":0", "another case's"},
        {"nonce in end", "abc", name, "nonce 00", "nonce 01", 5, "\"exit\":0", "was changed"},
        {"case in end", "abc", name, "case a", "case b", 5, "\"exit\":0", "was changed"},
        {"end cut off", "abc", name, "observations 0 00000000 0\n", "", 5, "\"exit\":0", "cut off"},
        {"end goes on", "abc", name, "0 00000000 0\nobs", "0 00000000 0\nx\nobs", 5, "\"exit\":0",
         "cut off"},
        {"exit code differs", "abc", name, "exit 0", "exit 1", 5, "\"exit\":0", "disagree"},
        {"line says otherwise", "abc", name, "", "", 5, "\"exit\":1", "disagree"},
        {"dropped differs", "abc", name, "352441c2 0", "352441c2 7", 5, "\"exit\":0", "disagree"},
        {"a restart that the line does not ask for", "abc", name, "none -", "reboot m", 5,
         "\"exit\":0", "disagree"},
        {"no restart", "abc", name, "restart none -\n", "", 5, "\"exit\":0", "was changed"},
        {"a restart without a mark", "abc", name, "none -", "reboot", 5, "\"exit\":0",
         "was changed"},
        {"a sign", "abc", name, "352441c2 0", "352441c2 -7", 5, "\"exit\":0", "was changed"},
        {"facts' crc", "abc", name, "facts 9 ", "facts 1 ", 5, "\"exit\":0", "was changed"},
        {"facts dropped differs", "abc", name, "4c07743d 0", "4c07743d 9", 5, "\"exit\":0",
         "disagree"},
        {"an older record", "abc", name, "case 3", "case 2", 5, "\"exit\":0", "was changed"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_free_ char *end = edit(END, rows[i].from, rows[i].to);
        _cleanup_(case_record_done) struct case_record record = {0};
        _cleanup_error_ struct error *err = NULL;
        int code;

        CU_ASSERT_PTR_NOT_NULL_FATAL(end);
        code = check(rows[i].out, rows[i].name, end, rows[i].count, rows[i].line, &record, &err);
        if (code != (rows[i].message == NULL ? 0 : -EBADMSG))
            printf("\nrow '%s'\n", rows[i].what);
        CHECK_INT(code, rows[i].message == NULL ? 0 : -EBADMSG);
        if (rows[i].message != NULL)
            CHECK_HAS(error_message(err), rows[i].message);
        else
            CHECK_TEXT(record.out.data, "abc");
        if (rows[i].message == NULL)
            CHECK_TEXT(fact_field(facts_find(&record.facts, "left"), 0), "a\n");
    }
}

/* A core behind the end is taken only as the facts say it is. */
static void test_core(void)
{
    static const struct {
        const char *facts, *name;
        int code;
    } rows[] = {
        {"core\t4\t9be3e0a3\t1\n", NONCE "/a/core", 0},
        {"core\t4\t9be3e0a4\t1\n", NONCE "/a/core", -EBADMSG},
        {"core\t5\t9be3e0a3\t1\n", NONCE "/a/core", -EBADMSG},
        {"core\t4\t9be3e0a3\t1\n", NONCE "/b/core", -EBADMSG},
        {"left\t4\t9be3e0a3\t1\n", NONCE "/a/core", -EBADMSG},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *facts = rows[i].facts;
        _cleanup_free_ char *said =
            text_format("facts %zu %08x 0", strlen(facts), record_crc32(0, facts, strlen(facts)));
        _cleanup_free_ char *end = edit(END, "facts 9 4c07743d 0", said);
        _cleanup_free_ char *bytes = text_format("\"facts_bytes\":%zu", strlen(facts));
        _cleanup_free_ char *text = edit(LINE, "\"facts_bytes\":9", bytes);
        _cleanup_(case_record_done) struct case_record record = {0};
        struct record_member members[6] = {
            {NONCE "/a/stdout", "abc", 3},      {NONCE "/a/stderr", "", 0},
            {NONCE "/a/observations", "", 0},   {NONCE "/a/facts", facts, strlen(facts)},
            {NONCE "/a/end", end, strlen(end)}, {rows[i].name, "1234", 4},
        };
        struct record_line line;

        CHECK_INT(record_parse_line(text, strlen(text), NONCE, "a", 4096, 1 << 20, &line, NULL), 0);
        CHECK_INT(record_check(NONCE, "a", &line, members, 6, &record, NULL), rows[i].code);
        CHECK_INT(record.core.length, rows[i].code == 0 ? 4 : 0);
    }
}

/* What two legs left is one record: the end of the last, and all that both wrote. */
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
        int count; /* < 0: not taken */
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
        {"crc", test_crc},       {"case line", test_line}, {"no case line", test_no_line},
        {"record", test_record}, {"core", test_core},      {"legs", test_legs},
        {"facts", test_facts},   CU_TEST_INFO_NULL};

    return cunit_run("suite/record", tests);
}
