/* SPDX-License-Identifier: Apache-2.0 */
/* `touchstone matrix` and `touchstone show` from the command line: exit codes, streams, JSON. */
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "run_touchstone.h"
#include "sample_matrix.h"

/* kunpeng fails, phytium never ran, one cell is refused. */
static void fill(const char *home)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_folder_ char *work = temp_folder_new();
    _cleanup_result_ struct result *result = sample_result(SAMPLE_RUN, "a", "kunpeng");

    CU_ASSERT_FATAL(store_open(home, &store, NULL) == 0);
    CU_ASSERT_FATAL(sample_add_run(store, SAMPLE_RUN, NULL) == 0);
    CU_ASSERT_FATAL(sample_add_run(store, "20250101-bbbbbb", NULL) == 0);
    CU_ASSERT_FATAL(sample_merge(store, work, result, NULL) == 0);
}

static void test_typed(void)
{
    static const struct typed rows[] = {
        {{"matrix", SAMPLE_RUN}, 1, "incompatible emulated 2/4", NULL},
        {{"matrix", "2026"}, 1, "run 20260101-aaaaaa", NULL},
        {{"matrix", "20250101"}, 3, "no attempt produced a result", NULL},
        {{"matrix", "20"}, 64, NULL, "run '20'"},
        {{"matrix", "x"}, 64, NULL, "no run 'x'"},
        {{"matrix", "a", "b"}, 64, NULL, "unexpected argument 'b'"},
        {{"matrix", "--nope"}, 64, NULL, "--nope"},
        {{"matrix", "2026", "--json"}, 1, "\"verdict\": \"incompatible\"", NULL},
        {{"show", "kunpeng/redis", "--run", "2026"}, 0, "why        required case", NULL},
        {{"show", "a/kunpeng/redis", "-r", "2026", "--json"}, 0, "\"rule\": 1", NULL},
        {{"show", "kunpeng", "-r", "2026", "--case=persist"}, 0, "| not ok 2", NULL},
        {{"show", "kunpeng", "-r", "2026", "--case=nope"}, 64, NULL, "install, persist, speed"},
        {{"show", "b/phytium", "-r", "2026"}, 0, "not run: the image is for x86_64", NULL},
        {{"show", "phytium/redis", "-r", "2026"}, 64, NULL, "a/phytium/redis, b/phytium/redis"},
        {{"show", "hygon", "-r", "2026"}, 64, NULL, "has no cell 'hygon'"},
        {{"show"}, 64, NULL, "missing argument CELL"},
    };
    _cleanup_folder_ char *home = temp_folder_new();

    fill(home);
    check_typed(home, rows, sizeof(rows) / sizeof(rows[0]));
}

static void test_json(void)
{
    static const char *const words[] = {"matrix", SAMPLE_RUN, "--json", NULL};
    static const char *const members[] = {"image",   "platform", "suite",
                                          "verdict", "grade",    "coverage"};
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_free_ char *out = NULL, *err = NULL;
    _cleanup_json_ json_t *root = NULL;
    json_t *cells;

    fill(home);
    CHECK_INT(run_touchstone(home, words, &out, &err), 1);
    CU_ASSERT_FATAL(json_parse(out, strlen(out), "output", &root, NULL) == 0);
    CHECK_TEXT(json_string_value(json_object_get(root, "run")), SAMPLE_RUN);
    cells = json_object_get(root, "cells");
    CHECK_INT(json_array_size(cells), 3);
    for (size_t i = 0; i < json_array_size(cells); i++)
        for (size_t m = 0; m < sizeof(members) / sizeof(members[0]); m++)
            CU_ASSERT(json_object_get(json_array_get(cells, i), members[m]) != NULL);
}

/* A run whose worst cell leaves out required cases has a separate exit code. */
static void test_partial(void)
{
    static const struct {
        const char *words[6];
        int code;
        const char *out;
    } rows[] = {
        {{"matrix"}, 5, "Partial: 1 of 2 cells leaves out cases of the suite (--item install,"},
        {{"matrix", "--allow-partial"}, 0, "conditional emulated 2/2 partial (2 of 6"},
        {{"matrix", "--strict"}, 1, "partial: 2 of 6 cases planned"},
        {{"matrix", "--json"}, 5, "\"exit_code\": 5"},
        {{"matrix", "--json", "--allow-partial"}, 0, "\"exit_code\": 0"},
        {{"show", "kunpeng/redis"}, 0, "2 of 6 cases planned, left out: speed, lse, overload (req"},
        {{"show", "kunpeng/redis", "--json"}, 0, "\"required_left_out\": 2"},
        {{"report", "--json"}, 0, "\"required_left_out\": 2"},
    };
    struct store *store = NULL;
    _cleanup_folder_ char *home = sample_partial_home(&store);

    store_close(store);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_free_ char *out = NULL, *err = NULL;

        CHECK_INT(run_touchstone(home, rows[i].words, &out, &err), rows[i].code);
        CHECK_HAS(out, rows[i].out);
    }
}

static void remove_it(const char *path)
{
    CHECK_INT(unlink(path), 0);
}

static void cut_it(const char *path)
{
    CHECK_INT(chmod(path, 0600), 0);
    CHECK_INT(truncate(path, 3), 0);
}

static void make_fifo(const char *path)
{
    CHECK_INT(unlink(path), 0);
    CHECK_INT(mkfifo(path, 0600), 0);
}

/* 30 GB that use no space, but would take hours to read. */
static void make_sparse(const char *path)
{
    CHECK_INT(chmod(path, 0600), 0);
    CHECK_INT(truncate(path, (off_t)30 << 30), 0);
}

static void make_link(const char *path)
{
    CHECK_INT(unlink(path), 0);
    CHECK_INT(symlink("/dev/zero", path), 0);
}

static void make_folder(const char *path)
{
    CHECK_INT(unlink(path), 0);
    CHECK_INT(mkdir(path, 0700), 0);
}

/* Evidence that is missing or replaced: no verb shows the cell as compatible, and none blocks. */
static void test_evidence(void)
{
    static const struct {
        void (*damage)(const char *path);
        const char *why;
    } rows[] = {
        {remove_it, "is missing"},
        {cut_it, "has 3 bytes instead of 14"},
        {make_fifo, "is not a regular file"},
        {make_sparse, "has 32212254720 bytes instead of 14"},
        {make_link, "is not a regular file"},
        {make_folder, "is not a regular file"},
    };
    static const struct {
        const char *words[6];
        int code;
    } verbs[] = {{{"matrix", "--json"}, 2},
                 {{"show", "kunpeng/redis", "--json"}, 0},
                 {{"report", "--json"}, 0}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct store *store = NULL;
        _cleanup_folder_ char *home = sample_partial_home(&store);
        char sha256[DIGEST_TEXT_SIZE];
        _cleanup_free_ char *path = NULL;

        digest_of_memory("Linux version\n", 14, sha256);
        path = evidence_path(home, sha256);
        store_close(store);
        rows[i].damage(path);
        for (size_t v = 0; v < sizeof(verbs) / sizeof(verbs[0]); v++) {
            _cleanup_free_ char *out = NULL, *err = NULL;

            CHECK_INT(run_touchstone(home, verbs[v].words, &out, &err), verbs[v].code);
            CU_ASSERT(strstr(out, "\"verdict\": \"c") == NULL);
            CHECK_HAS(out, "\"verdict\": \"not-assessed\"");
            CHECK_HAS(out, "the evidence is missing or damaged: 'console': evidence '");
            CHECK_HAS(out, sha256);
            CHECK_HAS(out, rows[i].why);
            CHECK_HAS(out, "\"blame\": \"host\"");
        }
    }
}

/* A result that claims to have passed but has no evidence. */
static void test_no_evidence(void)
{
    static const char *const words[] = {"matrix", "--json", NULL};
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_folder_ char *home = temp_folder_new(), *work = temp_folder_new();
    _cleanup_(suite_free_cleanup) struct suite *redis = sample_suite("redis");
    _cleanup_(run_record_done) struct run_record record = {.created_ms = 1, .state = RUN_ENDED};
    _cleanup_result_ struct result *result =
        sample_cell(SAMPLE_RUN, SAMPLE_IMAGE, "kunpeng", "redis", 1);
    _cleanup_free_ char *bundle = path_join(work, "bundle"), *out = NULL, *err = NULL;
    _cleanup_(bundle_writer_free_cleanup) struct bundle_writer *writer = NULL;
    const struct suite *suites[] = {redis};

    CU_ASSERT_FATAL(store_open(home, &store, NULL) == 0);
    record.id = text_dup(SAMPLE_RUN);
    strv_add(&record.plan.suites, "redis");
    sample_plan_cell(&record, SAMPLE_IMAGE, "kunpeng", "redis", NULL);
    CU_ASSERT_FATAL(store_add_run(store, &record, suites, 1, NULL) == 0);
    vec_foreach (row, &redis->cases)
        sample_case(result, row->id, row->item, row->required, STATUS_PASS)->judgeable =
            !row->native_only;
    CU_ASSERT_FATAL(bundle_writer_new(bundle, &writer, NULL) == 0);
    CU_ASSERT_FATAL(bundle_finish(writer, result, NULL) == 0);
    CU_ASSERT_FATAL(store_merge_result(store, result, bundle, NULL) == 0);
    CHECK_INT(run_touchstone(home, words, &out, &err), 2);
    CHECK_HAS(out, "\"verdict\": \"not-assessed\"");
    CHECK_HAS(out, "the result has no evidence");
}

static void test_no_run(void)
{
    static const char *const verbs[][4] = {
        {"matrix"}, {"show", "a/b"},   {"report", "--json"},
        {"resume"}, {"resume", "xyz"}, {"shell", "a/b/c"},
    };
    _cleanup_folder_ char *home = temp_folder_new();

    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        _cleanup_free_ char *out = NULL, *err = NULL;

        CHECK_INT(run_touchstone(home, verbs[i], &out, &err), 3);
        CHECK_HAS(err, "touchstone run");
    }
}

static void test_bad_homes(void)
{
    static const char *const words[] = {"matrix", NULL};
    static const struct {
        const char *sql, *content;
        int code;
        const char *message;
    } rows[] = {
        {NULL, NULL, 3, "contains no runs yet: start one with 'touchstone run'"},
        {"PRAGMA user_version = 99", NULL, 64, "has schema 99"},
        {"DELETE FROM run; DROP TABLE verdict", NULL, 3, "contains no runs yet"},
        {NULL, "no database, but a text that is long enough to be looked at as one, and more of it",
         74, "is damaged"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_folder_ char *home = temp_folder_new();
        _cleanup_free_ char *path = path_join(home, "store.db"), *out = NULL, *err = NULL;
        struct store *store = NULL;
        sqlite3 *db = NULL;

        if (rows[i].content != NULL)
            CHECK_INT(path_write_atomic(path, rows[i].content, strlen(rows[i].content), NULL), 0);
        else {
            CU_ASSERT_FATAL(store_open(home, &store, NULL) == 0);
            store_close(store);
        }
        if (rows[i].sql != NULL) {
            CU_ASSERT_FATAL(sqlite3_open(path, &db) == SQLITE_OK);
            CU_ASSERT(sqlite3_exec(db, rows[i].sql, NULL, NULL, NULL) == SQLITE_OK);
            sqlite3_close(db);
        }
        CHECK_INT(run_touchstone(home, words, &out, &err), rows[i].code);
        CHECK_TEXT(out, "");
        CHECK_HAS(err, rows[i].message);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"typed", test_typed},
                           {"JSON", test_json},
                           {"partial", test_partial},
                           {"evidence that is gone", test_evidence},
                           {"no evidence", test_no_evidence},
                           {"no run", test_no_run},
                           {"bad homes", test_bad_homes},
                           CU_TEST_INFO_NULL};

    return cunit_run("matrix_cli", tests);
}
