/* SPDX-License-Identifier: Apache-2.0 */
/* The parsers of a certificate: what each refuses. */
#include <errno.h>

#include "base/base64.h"
#include "base/json.h"
#include "certificate/chain.h"
#include "certificate/content.h"
#include "certificate/folder.h"
#include "certificate/sshsig.h"
#include "certificate/sums.h"
#include "cunit_run.h"
#include "temp_folder.h"

static int count_line(void *with, size_t line, enum chain_kind kind, const struct buffer *record,
                      const char *sha256, struct error **err)
{
    (void)line;
    (void)kind;
    (void)sha256;
    (void)err;
    buffer_add(with, record->data, record->length);
    buffer_text(with, ";");
    return 0;
}

static void make_chain(struct chain *chain, struct buffer *text)
{
    static const char *const records[] = {"{\"plan\":1}", "cells\n", "one \"\\",
                                          "two \xe4\xb8\xad"};

    chain_begin(chain);
    for (int i = 0; i < 4; i++) {
        const struct buffer record = {(char *)records[i], strlen(records[i]), 0};

        chain_add(chain, i < 2 ? (enum chain_kind)i : CHAIN_ATTEMPT, &record, text);
    }
}

static void test_chain(void)
{
    _cleanup_buffer_ struct buffer text = {0}, read = {0};
    _cleanup_(problems_done) struct problems problems = {.count = {0}};
    struct chain made, back;

    make_chain(&made, &text);
    CHECK_INT(chain_read(text.data, text.length, count_line, &read, &back, &problems, NULL), 0);
    CHECK_TEXT(read.data, "{\"plan\":1};cells\n;one \"\\;two \xe4\xb8\xad;");
    CHECK_TEXT(back.last, made.last);
    CHECK_INT(back.lines, 4);
}

/* Every change of one byte, of any line, is found. */
static void test_chain_damaged(void)
{
    _cleanup_buffer_ struct buffer text = {0};
    struct chain made, back;

    make_chain(&made, &text);
    for (size_t at = 0; at < text.length; at++) {
        _cleanup_(problems_done) struct problems problems = {.count = {0}};
        _cleanup_buffer_ struct buffer read = {0};
        char old = text.data[at];
        int code;

        text.data[at] ^= 1;
        code = chain_read(text.data, text.length, count_line, &read, &back, &problems, NULL);
        /* The last line has no follower: certificate.json names its digest. */
        CU_ASSERT(code == 1 || strcmp(back.last, made.last) != 0);
        text.data[at] = old;
    }
}

static void check_chain(const char *name, const char *text, const char *says)
{
    _cleanup_(problems_done) struct problems problems = {.count = {0}};
    _cleanup_buffer_ struct buffer read = {0};
    struct chain back;

    CHECK_INT(chain_read(text, strlen(text), count_line, &read, &back, &problems, NULL), 1);
    CHECK_INT(problems.rows.count, 1);
    if (problems.rows.count == 0)
        printf("\n%s\n", name);
    else
        CHECK_HAS(problems.rows.items[0].text, says);
}

static void test_chain_refused(void)
{
    _cleanup_buffer_ struct buffer text = {0}, two = {0};
    _cleanup_strv_ struct strv lines = {0};
    _cleanup_free_ char *short_one = NULL, *swapped = NULL, *more = NULL;
    struct chain made;

    make_chain(&made, &text);
    strv_split(&lines, text.data, "\n");
    short_one = text_format("%s\n", lines.items[0]);
    swapped = text_format("%s\n%s\n%s\n%s\n", lines.items[0], lines.items[1], lines.items[3],
                          lines.items[2]);
    more = text_format("{\"x\":1,%s\n", lines.items[0] + 1);
    check_chain("empty", "", "no plan");
    check_chain("only a plan", short_one, "no plan and cells");
    check_chain("swapped", swapped, "line 3: it does not carry");
    check_chain("a member more", more, "line 1: it has not the members");
    check_chain("no end", lines.items[0], "line 1: it has no end");
    check_chain("not JSON", "x\n", "line 1: it is not JSON");
}

static void test_names(void)
{
    static const struct {
        const char *name;
        bool good;
    } rows[] = {
        {"run.jsonl", true},
        {"evidence/0a", true},
        {"results/a.b+c.d_e-1.json", true},
        {"VERIFY.txt", true},
        {"", false},
        {".hidden", false},
        {"..", false},
        {"evidence", false},
        {"evidence/", false},
        {"evidence/..", false},
        {"evidence/.x", false},
        {"evidence/a/b", false},
        {"other/a", false},
        {"/etc/passwd", false},
        {"../x", false},
        {"a b", false},
        {"a\nb", false},
        {"-rf", false},
        {"evidence/a\\b", false},
        {"\xe4\xb8\xad", false},
        {"a//b", false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (folder_is_name(rows[i].name) != rows[i].good)
            printf("\n'%s'\n", rows[i].name);
        CHECK_INT(folder_is_name(rows[i].name), rows[i].good);
    }
}

#define HELLO "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"

static void test_sums(void)
{
    static const struct {
        const char *text, *kind; /* NULL: it is right */
    } rows[] = {
        {HELLO "  a\n" HELLO "  b\n", NULL},
        {HELLO "  a\n", "unlisted"},
        {HELLO "  a\n" HELLO "  b\n" HELLO "  c\n", "missing"},
        {HELLO "  b\n" HELLO "  a\n", "sums"},
        {HELLO "  a\n" HELLO "  a\n" HELLO "  b\n", "sums"},
        {HELLO " *a\n" HELLO "  b\n", "sums"},
        {HELLO "  a\n" HELLO "  b", "sums"},
        {HELLO "  a\n\n" HELLO "  b\n", "sums"},
        {"\\" HELLO "  a\n" HELLO "  b\n", "sums"},
        {HELLO "  ../a\n" HELLO "  b\n", "sums"},
        {HELLO "  SHA256SUMS\n", "sums"},
        {"3" HELLO + 1, "sums"},
        {"", "unlisted"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_folder_ char *path = temp_folder_new();
        _cleanup_free_ char *a = path_join(path, "a"), *b = path_join(path, "b");
        _cleanup_(problems_done) struct problems problems = {.count = {0}};
        _cleanup_(folder_done) struct folder folder = {.path = NULL};

        CHECK_INT(path_write_unsynced(a, "hello", 5, NULL), 0);
        CHECK_INT(path_write_unsynced(b, "hello", 5, NULL), 0);
        CU_ASSERT_FATAL(folder_open(path, &folder, &problems, NULL) == 0);
        CHECK_INT(sums_check(&folder, rows[i].text, strlen(rows[i].text), &problems, NULL), 0);
        if ((problems.rows.count == 0) != (rows[i].kind == NULL))
            printf("\nrow %zu\n", i);
        CHECK_INT(problems.rows.count == 0, rows[i].kind == NULL);
        /* The last one: in the wrong order, a file is not listed where it should be, too. */
        if (rows[i].kind != NULL && problems.rows.count > 0)
            CHECK_TEXT(problem_word(problems.rows.items[problems.rows.count - 1].kind),
                       rows[i].kind);
    }
}

static void test_base64(void)
{
    static const char *const wrong[] = {
        "", "A", "AA", "AA=", "A===", "AA=A", "====", "A A=", "AAA\n"};
    _cleanup_buffer_ struct buffer text = {0}, back = {0};

    base64_encode("foobar!", 7, &text);
    CHECK_TEXT(text.data, "Zm9vYmFyIQ==");
    CU_ASSERT(base64_decode(text.data, text.length, &back));
    CHECK_INT(back.length, 7);
    CU_ASSERT(memcmp(back.data, "foobar!", 7) == 0);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        _cleanup_buffer_ struct buffer nothing = {0};

        if (base64_decode(wrong[i], strlen(wrong[i]), &nothing))
            printf("\n'%s'\n", wrong[i]);
        CU_ASSERT(!base64_decode(wrong[i], strlen(wrong[i]), &nothing));
    }
}

/* Bytes as an armoured signature. */
static char *armour(const void *data, size_t length)
{
    _cleanup_buffer_ struct buffer text = {0};

    base64_encode(data, length, &text);
    return text_format("-----BEGIN SSH SIGNATURE-----\n%s\n-----END SSH SIGNATURE-----\n",
                       text.length > 0 ? text.data : "");
}

static void test_signature(void)
{
    static const struct {
        const char *data;
        size_t length;
        int code;
    } rows[] = {
        {"SSHSIG\0\0\0\1\0\0\0\3key\0\0\0\4name", 25, 0},
        {"SSHSIG\0\0\0\2\0\0\0\3key\0\0\0\4name", 25, -EBADMSG},
        {"SSHSIH\0\0\0\1\0\0\0\3key\0\0\0\4name", 25, -EBADMSG},
        {"SSHSIG\0\0\0\1\0\0\0\3key\0\0\0\5name", 25, -EBADMSG},
        {"SSHSIG\0\0\0\1\377\377\377\377key\0\0\0\4name", 25, -EBADMSG},
        {"SSHSIG\0\0\0\1\0\0\0\3key\0\0\0\4na\0e", 25, -EBADMSG},
        {"SSHSIG\0\0", 8, -EBADMSG},
        {"", 0, -EBADMSG},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_free_ char *text = armour(rows[i].data, rows[i].length);
        _cleanup_(sshsig_done) struct sshsig signature = {NULL};

        CHECK_INT(sshsig_parse(text, strlen(text), &signature, NULL), rows[i].code);
        if (rows[i].code == 0) {
            CHECK_TEXT(signature.namespace, "name");
            /* printf key | openssl dgst -sha256 -binary | base64 */
            CHECK_TEXT(signature.fingerprint, "SHA256:LHDhK3oGRvkiefQnx7OOczTY5Tic/xZ6HcMOc/gmtoM");
        }
    }
}

/* What is compared, exactly and by another version; "": it is the same. */
static void test_compare(void)
{
    static const struct {
        const char *should, *is, *exact, *other;
    } rows[] = {
        {"{\"a\":1}", "{\"a\":1}", "", ""},
        {"{\"a\":1}", "{\"a\":2}", "a is 2, but the records give 1", "a is 2"},
        {"{\"a\":1}", "{}", "a is nothing", "a is nothing"},
        {"{\"a\":1}", "{\"a\":\"1\"}", "a is \"1\"", "a is \"1\""},
        {"{\"a\":1}", "{\"a\":1,\"b\":2}", "b is 2, but the records give nothing", ""},
        {"{\"text\":\"x\"}", "{\"text\":\"y\"}", "text is", ""},
        {"{\"i\":[{\"id\":\"x\",\"state\":\"failed\"}]}",
         "{\"i\":[{\"id\":\"x\",\"state\":\"passed\"}]}", "i/x/state is \"passed\"",
         "i/x/state is \"passed\""},
        {"{\"i\":[1]}", "{\"i\":[1,2]}", "i/1 is 2", "i/1 is 2"},
        {"{\"i\":[1,2]}", "{\"i\":[1]}", "i/1 is nothing", "i/1 is nothing"},
        {"{\"i\":{}}", "{\"i\":[]}", "i is []", "i is []"},
    };

    for (size_t i = 0; i < 2 * sizeof(rows) / sizeof(rows[0]); i++) {
        bool exact = i % 2 == 0;
        const char *says = exact ? rows[i / 2].exact : rows[i / 2].other;
        _cleanup_(problems_done) struct problems problems = {.count = {0}};
        _cleanup_json_ json_t *should = NULL, *is = NULL;

        CU_ASSERT_FATAL(
            json_parse(rows[i / 2].should, strlen(rows[i / 2].should), "", &should, NULL) == 0);
        CU_ASSERT_FATAL(json_parse(rows[i / 2].is, strlen(rows[i / 2].is), "", &is, NULL) == 0);
        content_compare(should, is, exact, PROBLEM_CONTENT, &problems);
        CHECK_INT(problems.rows.count, says[0] != '\0');
        if (problems.rows.count > 0)
            CHECK_HAS(problems.rows.items[0].text, says);
    }
}

static void test_statement(void)
{
#define DOCUMENT(format, until, images, stated)                                                    \
    "{\"format\":{\"name\":\"touchstone-certificate\",\"version\":" format "},\"version\":\"1\","  \
    "\"rules\":1,\"created_ms\":1,\"identity\":null,\"valid_until\":" until ",\"stated\":" stated  \
    ",\"suite\":\"app\",\"run\":{\"state\":\"ended\",\"ended_ms\":2},"                             \
    "\"scope\":{\"images\":" images "}}"
    static const struct {
        const char *text;
        int code;
    } rows[] = {
        {DOCUMENT("1", "null", "[\"a\"]", "{}"), 0},
        {DOCUMENT("1", "\"2027-12-31\"", "[\"a\",\"b\"]", "{\"tester\":\"T\"}"), 0},
        {DOCUMENT("2", "null", "[\"a\"]", "{}"), -EBADMSG},
        {DOCUMENT("1", "\"2027-02-31\"", "[\"a\"]", "{}"), -EBADMSG},
        {DOCUMENT("1", "\"9\"", "[\"a\"]", "{}"), -EBADMSG},
        {DOCUMENT("1", "7", "[\"a\"]", "{}"), -EBADMSG},
        {DOCUMENT("1", "null", "[\"../a\"]", "{}"), -EBADMSG},
        {DOCUMENT("1", "null", "[\"a\",\"a\"]", "{}"), -EBADMSG},
        {DOCUMENT("1", "null", "[1]", "{}"), -EBADMSG},
        {DOCUMENT("1", "null", "{}", "{}"), -EBADMSG},
        {DOCUMENT("1", "null", "[\"a\"]", "{\"result\":\"passed\"}"), -EBADMSG},
        {DOCUMENT("1", "null", "[\"a\"]", "{\"tester\":1}"), -EBADMSG},
        {"[]", -EBADMSG},
        {"{}", -EBADMSG},
        {"{\"format\":{\"name\":\"touchstone-run\",\"version\":1}}", -EBADMSG},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(certificate_statement_done) struct certificate_statement statement = {.version =
                                                                                            NULL};
        _cleanup_json_ json_t *json = NULL;

        CU_ASSERT_FATAL(json_parse(rows[i].text, strlen(rows[i].text), "", &json, NULL) == 0);
        if (content_read(json, &statement, NULL) != rows[i].code)
            printf("\n%s\n", rows[i].text);
        certificate_statement_done(&statement);
        memset(&statement, 0, sizeof(statement));
        CHECK_INT(content_read(json, &statement, NULL), rows[i].code);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"chain", test_chain},
                           {"a damaged chain", test_chain_damaged},
                           {"a refused chain", test_chain_refused},
                           {"names", test_names},
                           {"sums", test_sums},
                           {"base64", test_base64},
                           {"signature", test_signature},
                           {"compare", test_compare},
                           {"statement", test_statement},
                           CU_TEST_INFO_NULL};

    return cunit_run("certificate", tests);
}
