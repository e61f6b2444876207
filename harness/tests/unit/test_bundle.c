/* SPDX-License-Identifier: Apache-2.0 */
/* bundle: what is written is read back equal; any modification is rejected with the file's name. */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cunit_run.h"
#include "sample_result.h"
#include "temp_folder.h"

static void read_text(const char *folder, const char *name, struct buffer *ret_text)
{
    _cleanup_free_ char *path = path_join(folder, name);

    CU_ASSERT_FATAL(path_read(path, 1 << 20, ret_text, NULL) == 0);
}

static void write_text(const char *folder, const char *name, const char *data, size_t length)
{
    _cleanup_free_ char *path = path_join(folder, name);

    CU_ASSERT_FATAL(path_write_atomic(path, data, length, NULL) == 0);
}

static void test_round_trip(void)
{
    _cleanup_folder_ char *folder = temp_folder_new();
    _cleanup_free_ char *path = path_join(folder, "bundle");
    _cleanup_result_ struct result *result = sample_result("20260101-aaaaaa", "a", "kunpeng");
    _cleanup_result_ struct result *back = NULL;
    _cleanup_error_ struct error *err = NULL;
    _cleanup_free_ char *text = NULL, *again = NULL, *partial = NULL;

    sample_predict(result);
    sample_footprint(result);
    CHECK_INT(sample_bundle(result, path, &err), 0);
    CHECK_TEXT(error_message(err), "no error");
    partial = text_format("%s.partial", path);
    CU_ASSERT(!path_exists(partial));
    CHECK_INT(bundle_read(path, &back, &err), 0);
    CHECK_TEXT(error_message(err), "no error");
    CU_ASSERT_FATAL(back != NULL);
    text = sample_text(result);
    again = sample_text(back);
    CHECK_TEXT(again, text);
    CHECK_INT(back->cases.items[1].points.count, 2);
    CHECK_TEXT(back->evidence.items[1].case_id, "persist");
}

/* Bytes that are not UTF-8 are escaped, and then stay unchanged. */
static void test_bad_utf8(void)
{
    _cleanup_folder_ char *folder = temp_folder_new();
    _cleanup_free_ char *path = path_join(folder, "bundle");
    _cleanup_result_ struct result *result = sample_result("r1", "a", "kunpeng");
    _cleanup_result_ struct result *back = NULL;

    text_replace(&result->cases.items[1].points.items[1].detail, "\xff\x1b[2J");
    CHECK_INT(sample_bundle(result, path, NULL), 0);
    CHECK_INT(bundle_read(path, &back, NULL), 0);
    CU_ASSERT_FATAL(back != NULL);
    CHECK_TEXT(back->cases.items[1].points.items[1].detail, "\\xff\\x1b[2J");
}

static void test_evidence(void)
{
    _cleanup_folder_ char *folder = temp_folder_new();
    _cleanup_free_ char *path = path_join(folder, "b"), *file = path_join(folder, "file");
    _cleanup_free_ char *pipe = path_join(folder, "pipe"), *link = path_join(folder, "link");
    _cleanup_free_ char *blob = NULL;
    _cleanup_result_ struct result *result = sample_result("r1", "a", "kunpeng");
    _cleanup_result_ struct result *back = NULL;
    _cleanup_(bundle_writer_free_cleanup) struct bundle_writer *writer = NULL;
    _cleanup_error_ struct error *err = NULL;
    char digits[] = "0123456789", sha256[DIGEST_TEXT_SIZE];
    const struct buffer known = {.data = digits, .length = 10};
    struct evidence *rows;

    write_text(folder, "file", digits, 10);
    CU_ASSERT_FATAL(mkfifo(pipe, 0600) == 0 && symlink(file, link) == 0);
    CU_ASSERT_FATAL(bundle_writer_new(path, &writer, NULL) == 0);
    CHECK_INT(bundle_add_evidence_file(writer, result, NULL, "all", file, 10, NULL), 0);
    CHECK_INT(bundle_add_evidence_file(writer, result, NULL, "head", file, 9, NULL), 0);
    CHECK_INT(
        bundle_add_evidence_memory(writer, result, "install", "same", "0123456789", 10, 99, NULL),
        0);
    CHECK_INT(bundle_add_evidence_memory(writer, result, NULL, "none", NULL, 0, 99, NULL), 0);
    CHECK_INT(bundle_add_evidence_file(writer, result, NULL, "x", "/nowhere/x", 9, NULL), -ENOENT);
    CHECK_INT(bundle_add_evidence_file(writer, result, NULL, "x", pipe, 9, &err), -EINVAL);
    CHECK_HAS(error_message(err), "not a regular file");
    CHECK_INT(bundle_add_evidence_file(writer, result, NULL, "x", link, 9, NULL), -ELOOP);
    /* A digest that is known names the bytes only if all of them are stored. */
    digest_of_memory("0123456789", 10, sha256);
    CHECK_INT(bundle_add_evidence_hashed(writer, result, NULL, "known", &known, sha256, 10, NULL),
              0);
    CHECK_INT(bundle_add_evidence_hashed(writer, result, NULL, "part", &known, sha256, 9, NULL), 0);
    rows = result->evidence.items;
    CHECK_INT(result->evidence.count, 6);
    CHECK_TEXT(rows[4].sha256, rows[0].sha256);
    CHECK_INT(rows[4].truncated, false);
    CHECK_TEXT(rows[5].sha256, rows[1].sha256);
    CHECK_INT(rows[5].truncated, true);
    CHECK_INT(rows[0].truncated, false);
    CHECK_INT(rows[1].truncated, true);
    CHECK_INT(rows[1].size, 9);
    CHECK_TEXT(rows[2].sha256, rows[0].sha256);
    CHECK_INT(rows[3].size, 0);
    CHECK_INT(bundle_finish(writer, result, NULL), 0);
    CHECK_INT(bundle_read(path, &back, NULL), 0);
    blob = bundle_evidence_path(path, rows[0].sha256);
    CU_ASSERT(path_exists(blob));
    CHECK_INT(bundle_writer_new(path, &writer, &err), -EEXIST);
    CHECK_HAS(error_message(err), "already exists");
}

/* Cases with more observations, points and reasons than the bounds allow: the bundle is written and
 * read, every status is preserved, and the result says what was dropped. */
static void test_bounds(void)
{
    _cleanup_folder_ char *folder = temp_folder_new();
    _cleanup_free_ char *path = path_join(folder, "b"), *big = text_calloc(1, 4001);
    enum { CASES = 8, EACH = 500 };
    _cleanup_result_ struct result *result = sample_result("r1", "a", "kunpeng");
    _cleanup_result_ struct result *back = NULL;
    _cleanup_(bundle_writer_free_cleanup) struct bundle_writer *writer = NULL;
    _cleanup_error_ struct error *err = NULL;
    size_t kept = 0, cut = 0, failed = 0;

    memset(big, '"', 4000); /* two bytes each in JSON */
    for (int i = 0; i < CASES; i++) {
        _cleanup_free_ char *id = text_format("c%d", i);
        struct case_result *row = sample_case(result, id, ITEM_FUNCTION, true, STATUS_FAIL);

        row->reason = text_dup(big);
        for (int j = 0; j < EACH; j++) {
            _cleanup_free_ char *key = text_format("k%d", j);

            if (bounds_take_observation(result, id, key, big, NULL)) {
                result_add_observation(result, id, key, big, NULL);
                kept++;
            } else
                cut++;
        }
        for (int j = 0; j < EACH; j++) {
            struct point *point = vec_add(&row->points);

            point->name = text_dup(big);
            point->status = j == EACH - 1 ? STATUS_FAIL : STATUS_PASS;
        }
        bounds_hold_case(result, row);
    }
    CU_ASSERT(kept > EACH && cut > EACH);
    bounds_describe(result);
    CU_ASSERT_FATAL(bundle_writer_new(path, &writer, NULL) == 0);
    CHECK_INT(bundle_finish(writer, result, &err), 0);
    CHECK_TEXT(error_message(err), "no error");
    CHECK_INT(bundle_read(path, &back, &err), 0);
    CHECK_TEXT(error_message(err), "no error");
    CU_ASSERT_FATAL(back != NULL);
    CHECK_INT(back->cases.count, CASES + 4);
    for (size_t i = 4; i < back->cases.count; i++) {
        const struct case_result *row = &back->cases.items[i];

        CHECK_INT(row->status, STATUS_FAIL);
        failed +=
            row->points.count > 0 && row->points.items[row->points.count - 1].status == STATUS_FAIL;
    }
    CHECK_INT(failed, CASES); /* points that did not pass are stored first */
    CHECK_TEXT(back->observations.items[back->observations.count - 1].key, "cut.points");
}

/* Output of cases never uses the space reserved for the job's own evidence. */
static void test_evidence_bounds(void)
{
    enum { CASE_EVIDENCE = BUNDLE_EVIDENCE_COUNT - BOUND_JOB_EVIDENCE_COUNT };
    _cleanup_folder_ char *folder = temp_folder_new();
    _cleanup_free_ char *path = path_join(folder, "b");
    _cleanup_result_ struct result *result = sample_result("r1", "a", "kunpeng");
    _cleanup_(bundle_writer_free_cleanup) struct bundle_writer *writer = NULL;
    int code = 0;

    CU_ASSERT_FATAL(bundle_writer_new(path, &writer, NULL) == 0);
    code = bundle_add_evidence_memory(writer, result, "install", "out", "x", 1, 9, NULL);
    CHECK_INT(code, 0);
    while (result->evidence.count < CASE_EVIDENCE - 1) {
        struct evidence *row = vec_add(&result->evidence);

        *row = result->evidence.items[0];
        row->name = text_dup("out");
        row->case_id = text_dup("install");
    }
    for (int i = 0; code == 0 && i < 2; i++)
        code = bundle_add_evidence_memory(writer, result, "install", "out", "x", 1, 9, NULL);
    CHECK_INT(code, -EFBIG);
    CHECK_INT(result->evidence.count, CASE_EVIDENCE);
    CHECK_INT(result->use.cut_evidence, 1);
    CHECK_INT(bundle_add_evidence_memory(writer, result, NULL, "console", "y", 1, 9, NULL), 0);
    bounds_describe(result);
    CHECK_TEXT(result->observations.items[result->observations.count - 1].key, "cut.evidence");
}

/* A result that readers would reject is not finished, and leaves nothing behind. */
static void test_refused_to_write(void)
{
    _cleanup_folder_ char *folder = temp_folder_new();
    _cleanup_free_ char *path = path_join(folder, "b"), *partial = path_join(folder, "b.partial");

    for (int i = 0; i < 3; i++) {
        static const char *const messages[] = {
            "case 'install'", "'image' is '../a', which is not a name", "was never added to it"};
        _cleanup_result_ struct result *result = sample_result("r1", "a", "kunpeng");
        struct error *err = NULL;
        struct bundle_writer *writer = NULL;

        if (i == 0)
            text_replace(&result->cases.items[1].id, "install");
        if (i == 1)
            text_replace(&result->image, "../a");
        if (i == 2) {
            struct evidence *row = vec_add(&result->evidence);

            row->name = text_dup("ghost");
            memset(row->sha256, 'a', 64);
        }
        CU_ASSERT_FATAL(bundle_writer_new(path, &writer, NULL) == 0);
        CHECK_INT(bundle_finish(writer, result, &err), -EINVAL);
        CHECK_HAS(error_message(err), messages[i]);
        error_free(err);
        bundle_writer_free(writer);
        CU_ASSERT(!path_exists(path));
        CU_ASSERT(!path_exists(partial));
    }
}

/* Rewrites result.json with `from` replaced and lists its new digest, as a malicious worker
 * could. */
static void forge(const char *bundle, const char *from, const char *to)
{
    _cleanup_buffer_ struct buffer text = {0}, list = {0}, changed = {0};
    char hex[DIGEST_TEXT_SIZE];
    char *at, *line;

    read_text(bundle, "result.json", &text);
    at = strstr(text.data, from);
    if (at == NULL)
        printf("\nresult.json lacks '%s'\n", from);
    CU_ASSERT_FATAL(at != NULL);
    buffer_add(&changed, text.data, (size_t)(at - text.data));
    buffer_text(&changed, to);
    buffer_text(&changed, at + strlen(from));
    write_text(bundle, "result.json", changed.data, changed.length);
    read_text(bundle, "digests", &list);
    line = strstr(list.data, " result.json\n");
    while (line > list.data && line[-1] != '\n')
        line--;
    list.length = (size_t)(line - list.data);
    digest_of_memory(changed.data, changed.length, hex);
    buffer_format(&list, "%s %zu result.json\n", hex, changed.length);
    write_text(bundle, "digests", list.data, list.length);
}

static void test_forged(void)
{
    static const struct {
        const char *from, *to, *message;
    } rows[] = {
        {"\"schema\": 1", "\"schema\": 3", "'schema' is 3"},
        {"\"schema\": 1", "\"schema\": 2", "prediction: must be an object"},
        {"\"status\": \"FAIL\"", "\"status\": \"fine\"", "'status' is 'fine'"},
        {"\"status\": \"FAIL\"", "\"status\": \"\\u001b[2J\"", "'status' is '\\x1b[2J'"},
        {"\"grade\": \"emulated\"", "\"grade\": \"real\"", "'grade' is 'real'"},
        {"\"kind\": \"cell\"", "\"kind\": \"cello\"", "'kind' is 'cello'"},
        {"\"kind\": \"missing\"", "\"kind\": \"lost\"", "gaps 1: 'kind' is 'lost'"},
        {"\"id\": \"persist\"", "\"id\": \"install\"", "case 'install'"},
        {"\"id\": \"persist\"", "\"id\": \"../x\"", "'id' is '../x', which is not a name"},
        {"\"job\": \"cell", "\"job\": \"../cell", "'job' is '../cell"},
        {"\"run\": \"r1\"", "\"run\": \"..\"", "'run' is '..'"},
        {"\"suite\": \"redis\"", "\"suite\": null", "'suite' must be a string"},
        {"\"attempt\": 1", "\"attempt\": 0", "'attempt' is 0"},
        {"\"attempt\": 1", "\"attempt\": 1, \"attempt\": 2", "duplicate"},
        {"\"size\": 14", "\"size\": 15", "has 14 bytes, 'result.json' says 15"},
        {"\"size\": 14", "\"size\": -1", "'size' is -1"},
        {"\"case\": \"speed\"", "\"case\": \"spied\"", "unknown case 'spied'"},
        {"\"judgeable\": true", "\"judgeable\": 1", "'judgeable' must be true or false"},
        {"\"outcome\": \"PASS\",", "", "'outcome' must be a string, found nothing"},
        {"\"sha256\": \"", "\"sha256\": \"0", "which is not a name"},
        {"\n}\n", "\n", "invalid JSON"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_folder_ char *folder = temp_folder_new();
        _cleanup_free_ char *path = path_join(folder, "bundle");
        _cleanup_result_ struct result *result = sample_result("r1", "a", "kunpeng");
        _cleanup_result_ struct result *back = NULL;
        _cleanup_error_ struct error *err = NULL;

        CU_ASSERT_FATAL(sample_bundle(result, path, NULL) == 0);
        forge(path, rows[i].from, rows[i].to);
        CHECK_INT(bundle_read(path, &back, &err), -EBADMSG);
        CHECK_HAS(error_message(err), path);
        CHECK_HAS(error_message(err), rows[i].message);
    }
}

enum harm {
    HARM_FLIP_BLOB,
    HARM_FLIP_RESULT,
    HARM_CUT_BLOB,
    HARM_CUT_RESULT,
    HARM_CUT_DIGESTS,
    HARM_NO_DIGESTS,
    HARM_NO_BLOB,
    HARM_EXTRA_FILE,
    HARM_EXTRA_BLOB,
    HARM_LINK_BLOB,
    HARM_LINK_FOLDER,
    HARM_PIPE_BLOB,
    HARM_TRAVERSAL,
    HARM_TWICE,
    HARM_HUGE_SIZE,
    HARM_UNNAMED_BLOB,
    HARM_PARTIAL,
    HARM_COUNT
};

static void do_harm(enum harm harm, const char *path, const char *sha256)
{
    _cleanup_free_ char *blob = bundle_evidence_path(path, sha256);
    _cleanup_free_ char *aside = text_format("%s.aside", path);
    _cleanup_free_ char *result_json = path_join(path, "result.json");
    _cleanup_free_ char *digests = path_join(path, "digests");
    _cleanup_free_ char *evidence = path_join(path, "evidence");
    _cleanup_buffer_ struct buffer list = {0}, text = {0};
    char hex[DIGEST_TEXT_SIZE];
    FILE *file;

    switch (harm) {
    case HARM_FLIP_BLOB:
    case HARM_FLIP_RESULT:
        file = fopen(harm == HARM_FLIP_BLOB ? blob : result_json, "r+");
        CU_ASSERT_FATAL(file != NULL);
        fputc('!', file);
        fclose(file);
        break;
    case HARM_CUT_BLOB:
        CU_ASSERT(truncate(blob, 3) == 0);
        break;
    case HARM_CUT_RESULT:
        CU_ASSERT(truncate(result_json, 100) == 0);
        break;
    case HARM_CUT_DIGESTS:
        CU_ASSERT(truncate(digests, 100) == 0);
        break;
    case HARM_NO_DIGESTS:
        CU_ASSERT(unlink(digests) == 0);
        break;
    case HARM_NO_BLOB:
        CU_ASSERT(unlink(blob) == 0);
        break;
    case HARM_EXTRA_FILE:
        write_text(path, "extra\x1b", "", 0);
        break;
    case HARM_EXTRA_BLOB:
        write_text(evidence, "extra", "", 0);
        break;
    case HARM_LINK_BLOB:
        CU_ASSERT(rename(blob, aside) == 0 && symlink(aside, blob) == 0);
        break;
    case HARM_LINK_FOLDER:
        CU_ASSERT(rename(evidence, aside) == 0 && symlink(aside, evidence) == 0);
        break;
    case HARM_PIPE_BLOB:
        CU_ASSERT(unlink(blob) == 0 && mkfifo(blob, 0600) == 0);
        break;
    case HARM_TRAVERSAL:
    case HARM_TWICE:
    case HARM_HUGE_SIZE:
        read_text(path, "digests", &list);
        buffer_format(&text, "%s %s evidence/%s\n", sha256,
                      harm == HARM_HUGE_SIZE ? "99999999999999999999" : "14",
                      harm == HARM_TRAVERSAL ? "../../../etc/passwd" : sha256);
        buffer_text(&text, list.data);
        write_text(path, "digests", text.data, text.length);
        break;
    case HARM_UNNAMED_BLOB:
        /* One that sorts after both samples and before result.json. */
        for (char data = 0; data < 127; data++) {
            digest_of_memory(&data, 1, hex);
            if (strcmp(hex, "fd") > 0) {
                write_text(evidence, hex, &data, 1);
                break;
            }
        }
        read_text(path, "digests", &list);
        list.length = (size_t)(strstr(list.data, " result.json") - list.data);
        while (list.length > 0 && list.data[list.length - 1] != '\n')
            list.length--;
        buffer_add(&text, list.data, list.length);
        buffer_format(&text, "%s 1 evidence/%s\n%s", hex, hex, list.data + list.length);
        write_text(path, "digests", text.data, text.length);
        break;
    case HARM_PARTIAL:
        CU_ASSERT(rename(path, aside) == 0);
        break;
    default:
        break;
    }
}

static void test_harmed(void)
{
    static const char *const messages[HARM_COUNT] = {
        [HARM_FLIP_BLOB] = "has sha256",
        [HARM_FLIP_RESULT] = "'result.json' has sha256",
        [HARM_CUT_BLOB] = "has 3 bytes, 'digests' says 14",
        [HARM_CUT_RESULT] = "'result.json' has 100 bytes",
        [HARM_CUT_DIGESTS] = "'digests' is truncated",
        [HARM_NO_DIGESTS] = "'digests' is missing",
        [HARM_NO_BLOB] = "is missing",
        [HARM_EXTRA_FILE] = "'extra\\x1b' is not in 'digests'",
        [HARM_EXTRA_BLOB] = "'evidence/extra' is not in 'digests'",
        [HARM_LINK_BLOB] = "is not a regular file",
        [HARM_LINK_FOLDER] = "'evidence' is not a folder",
        [HARM_PIPE_BLOB] = "is not a regular file",
        [HARM_TRAVERSAL] = "names 'evidence/../../../etc/passwd', which does not",
        [HARM_TWICE] = "line 2 of 'digests'",
        [HARM_HUGE_SIZE] = "has an invalid size",
        [HARM_UNNAMED_BLOB] = "is not referenced by 'result.json'",
        [HARM_PARTIAL] = "cannot open bundle",
    };

    for (enum harm harm = 0; harm < HARM_COUNT; harm++) {
        _cleanup_folder_ char *folder = temp_folder_new();
        _cleanup_free_ char *path = path_join(folder, "bundle");
        _cleanup_result_ struct result *result = sample_result("r1", "a", "kunpeng");
        _cleanup_result_ struct result *back = NULL;
        _cleanup_error_ struct error *err = NULL;

        CU_ASSERT_FATAL(sample_bundle(result, path, NULL) == 0);
        do_harm(harm, path, result->evidence.items[0].sha256);
        CHECK_INT(bundle_read(path, &back, &err), harm == HARM_PARTIAL ? -ENOENT : -EBADMSG);
        CHECK_HAS(error_message(err), path);
        CHECK_HAS(error_message(err), messages[harm]);
        CU_ASSERT(back == NULL);
        /* Without hashing, everything is detected except other bytes of the same length. */
        error_free(steal_ptr(err));
        if (harm == HARM_FLIP_BLOB) {
            CHECK_INT(bundle_read_result(path, &back, &err), 0);
            continue;
        }
        CHECK_INT(bundle_read_result(path, &back, &err), harm == HARM_PARTIAL ? -ENOENT : -EBADMSG);
        CHECK_HAS(error_message(err), messages[harm]);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"round trip", test_round_trip},
                           {"bad UTF-8", test_bad_utf8},
                           {"evidence", test_evidence},
                           {"more than there is room for", test_bounds},
                           {"more evidence than there is room for", test_evidence_bounds},
                           {"refused to write", test_refused_to_write},
                           {"forged", test_forged},
                           {"harmed", test_harmed},
                           CU_TEST_INFO_NULL};

    return cunit_run("bundle", tests);
}
