/* SPDX-License-Identifier: Apache-2.0 */
/* base/: errors, text, escaping, digests, files and children. */
#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/path.h"
#include "base/process.h"
#include "base/text.h"
#include "cunit_run.h"

static void test_error(void)
{
    _cleanup_error_ struct error *err = NULL;

    CHECK_INT(error_set(&err, -EINVAL, "image '%s': bad", "a"), -EINVAL);
    CHECK_INT(error_prefix(&err, "plan '%s'", "p"), -EINVAL);
    CHECK_TEXT(error_message(err), "plan 'p': image 'a': bad");
    CHECK_INT(error_set_errno(NULL, -ENOENT, "nobody listens"), -ENOENT);
}

static void test_names(void)
{
    static const struct {
        const char *text;
        int is_name;
    } rows[] = {{"redis", 1}, {"debian-12_amd64.x+y", 1},
                {"", 0},      {"../a", 0},
                {"A", 0},     {".hidden", 0},
                {"a/b", 0},   {"a b", 0},
                {NULL, 0},    {"-rf", 0}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        CHECK_INT(text_is_name(rows[i].text), rows[i].is_name);
}

static void test_numbers(void)
{
    static const struct {
        const char *text;
        long long value; /* -1: rejected */
    } rows[] = {{"0", 0},   {"10", 10},  {"0x1f", 31},
                {"", -1},   {" 1", -1},  {"-1", -1},
                {"1k", -1}, {"101", -1}, {"99999999999999999999", -1}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_error_ struct error *err = NULL;
        uint64_t value = 0;
        int code = text_parse_u64(rows[i].text, "--jobs", 0, 100, &value, &err);

        CHECK_INT(code == 0 ? (long long)value : -1, rows[i].value);
        if (code < 0)
            CHECK_HAS(error_message(err), "from 0 to 100");
    }
}

static void test_printable(void)
{
    static const struct {
        const char *raw;
        size_t length;
        const char *shown;
    } rows[] = {
        {"ok\n", 3, "ok\n"},
        {"\033]0;x\a", 6, "\\x1b]0;x\\x07"},
        {"a\0b", 3, "a\\x00b"},
        {"\xe4\xbb\xbf", 3, "\xe4\xbb\xbf"},
        {"\xe4\xbb", 2, "\\xe4\\xbb"},
        {"\xc0\xaf", 2, "\\xc0\\xaf"},
        {"\xe2\x80\xae", 3, "\\u{202e}"},
        {"a\r\nb\rc", 6, "a\nb\\x0dc"},
        {"\xc2\x9b", 2, "\\u{9b}"}, /* C1: CSI in one character */
        {"a\xc2\xad"
         "b",
         4, "a\\u{ad}b"},                 /* soft hyphen */
        {"\xd8\x9c", 2, "\\u{61c}"},      /* Arabic letter mark */
        {"\xe1\xa0\x8e", 3, "\\u{180e}"}, /* Mongolian vowel separator */
        {"\xe2\x80\x8b", 3, "\\u{200b}"}, /* zero width space */
        {"\xe2\x80\xa8", 3, "\\u{2028}"}, /* line separator */
        {"\xe2\x80\xa9", 3, "\\u{2029}"}, /* paragraph separator */
        {"\xe2\x81\xa6", 3, "\\u{2066}"}, /* left-to-right isolate */
        {"\xe3\x85\xa4", 3, "\\u{3164}"}, /* Hangul filler */
        {"\xef\xbb\xbf", 3, "\\u{feff}"}, /* byte order mark */
        {"\xef\xbf\xb9", 3, "\\u{fff9}"}, /* interlinear annotation */
        {"\xef\xbf\xbe", 3, "\\u{fffe}"}, /* noncharacters */
        {"\xef\xb7\x90", 3, "\\u{fdd0}"},
        {"\xf3\xa0\x81\xa1", 4, "\\u{e0061}"},                       /* tag letter a */
        {"\xf3\xa0\x80\x81", 4, "\\u{e0001}"},                       /* language tag */
        {"\xf3\xa0\x84\x80", 4, "\\u{e0100}"},                       /* variation selector 17 */
        {"\xf0\x9d\x85\xb3", 4, "\\u{1d173}"},                       /* begin beam */
        {"\xe2\x9c\x94\xef\xb8\x8f", 6, "\xe2\x9c\x94\xef\xb8\x8f"}, /* an emoji is unchanged */
        {"\xe9\xb2\xb2\xe9\xb9\x8f", 6, "\xe9\xb2\xb2\xe9\xb9\x8f"}, /* Chinese is unchanged */
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_buffer_ struct buffer out = {0};

        buffer_printable(&out, rows[i].raw, rows[i].length, true);
        CHECK_TEXT(out.data, rows[i].shown);
    }
}

/* Escaping in JSON does not change its meaning. */
static void test_json_printable(void)
{
    static const char *const rows[][2] = {
        {"{\"a\": \"\xe9\xb2\xb2 \\u0001\"}", "{\"a\": \"\xe9\xb2\xb2 \\u0001\"}"},
        {"\"a\xe2\x80\xae"
         "b\"",
         "\"a\\u202eb\""},
        {"\"\xf3\xa0\x81\xa1\"", "\"\\udb40\\udc61\""},
        {"\"\x7f\xc2\x85\"", "\"\\u007f\\u0085\""},
        {"\"\xff\"", "\"\\ufffd\""},
        {"", NULL},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_buffer_ struct buffer out = {0};

        buffer_json_printable(&out, rows[i][0]);
        CHECK_TEXT(out.length > 0 ? out.data : NULL, rows[i][1]);
    }
}

static void test_digest(void)
{
    char hex[DIGEST_TEXT_SIZE];

    digest_of_memory("abc", 3, hex); /* the example of FIPS 180-4 */
    CHECK_TEXT(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CU_ASSERT(digest_is_text(hex));
    hex[0] = 'B';
    CU_ASSERT(!digest_is_text(hex));
}

static void test_files(void)
{
    _cleanup_error_ struct error *err = NULL;
    _cleanup_buffer_ struct buffer data = {0};
    char folder[] = "/tmp/ts-base-XXXXXX";
    _cleanup_free_ char *deep = NULL, *file = NULL;

    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
    deep = path_join(folder, "a/b/c");
    file = path_join(deep, "f");
    CHECK_INT(path_make_folders(deep, true, &err), 0);
    CHECK_INT(path_write_atomic(file, "hello", 5, &err), 0);
    CHECK_INT(path_read(file, 4, &data, &err), -EFBIG);
    CHECK_HAS(error_message(err), "4 bytes");
    CHECK_INT(path_read(file, 5, &data, NULL), 0);
    CHECK_TEXT(data.data, "hello");
    CHECK_INT(path_remove_tree(folder, NULL), 0);
    CU_ASSERT(!path_exists(folder));
}

static void test_process(void)
{
    static const struct {
        const char *script;
        int64_t timeout_ms;
        int exited, code, timed_out;
        const char *out;
    } rows[] = {
        {"echo out; echo err >&2; exit 3", 20000, 1, 3, 0, "out\n"},
        {"kill -TERM $$", 20000, 0, SIGTERM, 0, ""},
        {"sleep 60 & wait", 100, 0, SIGKILL, 1, ""},
        {"head -c 100000 /dev/zero | tr '\\0' x; exit 0", 20000, 1, 0, 0, NULL},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(process_output_done) struct process_output output = {0};
        struct process_spec spec = PROCESS_SPEC_INIT;
        const char *argv[] = {"sh", "-c", rows[i].script, NULL};

        spec.argv = argv;
        CHECK_INT(process_run(&spec, rows[i].timeout_ms, 1000, &output, NULL), 0);
        CHECK_INT(output.exit.exited, rows[i].exited);
        CHECK_INT(output.exit.code, rows[i].code);
        CHECK_INT(output.exit.timed_out, rows[i].timed_out);
        if (rows[i].out != NULL)
            CHECK_TEXT(output.out.data != NULL ? output.out.data : "", rows[i].out);
        else
            CHECK_INT(output.out.length + output.truncated, 1001);
    }
}

static void test_plural(void)
{
    CHECK_TEXT(text_plural(0, "cell", "cells"), "cells");
    CHECK_TEXT(text_plural(1, "cell", "cells"), "cell");
    CHECK_TEXT(text_plural(2, "cell", "cells"), "cells");
}

static void test_process_missing(void)
{
    _cleanup_error_ struct error *err = NULL;
    const char *argv[] = {"no-such-program-here", NULL};

    CHECK_INT(process_check(argv, 1000, NULL, &err), -ENOENT);
    CHECK_HAS(error_message(err), "cannot start 'no-such-program-here'");
}

int main(void)
{
    CU_TestInfo tests[] = {{"error", test_error},
                           {"names", test_names},
                           {"numbers", test_numbers},
                           {"printable", test_printable},
                           {"printable JSON", test_json_printable},
                           {"digest", test_digest},
                           {"files", test_files},
                           {"process", test_process},
                           {"missing program", test_process_missing},
                           {"plural", test_plural},
                           CU_TEST_INFO_NULL};

    return cunit_run("base", tests);
}
