/* SPDX-License-Identifier: Apache-2.0 */
/* store, on real SQLite: merged results are read back equal, exactly once, and completely or not at
 * all. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "sample_store.h"

#define _cleanup_store_ _cleanup_(store_close_cleanup)

static struct store *open_store(const char *home)
{
    struct store *store = NULL;
    _cleanup_error_ struct error *err = NULL;

    if (store_open(home, &store, &err) < 0)
        printf("\n%s\n", error_message(err));
    CU_ASSERT_FATAL(store != NULL);
    return store;
}

static sqlite3 *open_raw(const char *home)
{
    _cleanup_free_ char *path = path_join(home, "store.db");
    sqlite3 *db = NULL;

    CU_ASSERT_FATAL(sqlite3_open(path, &db) == SQLITE_OK);
    return db;
}

static long long count(const char *home, const char *sql)
{
    sqlite3 *db = open_raw(home);
    sqlite3_stmt *statement = NULL;
    long long value = -1;

    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return value;
}

static void test_run(void)
{
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_store_ struct store *store = open_store(home);
    _cleanup_(run_record_done) struct run_record back = {0};
    _cleanup_(cell_records_done) struct cell_records cells = {0};
    _cleanup_error_ struct error *err = NULL;

    CHECK_INT(sample_add_run(store, SAMPLE_RUN, NULL), 0);
    CHECK_INT(sample_add_run(store, SAMPLE_RUN, &err), -EEXIST);
    CHECK_HAS(error_message(err), "is in the store already");
    CHECK_INT(sample_add_run(store, "latest", NULL), -EINVAL);
    CHECK_INT(sample_add_run(store, "newest", NULL), -EINVAL);
    CHECK_INT(sample_add_run(store, "../x", NULL), -EINVAL);
    CHECK_INT(store_end_run(store, SAMPLE_RUN, RUN_ENDED, 1790000099000, NULL), 0);
    CHECK_INT(store_end_run(store, "nope", RUN_ENDED, 1, NULL), -ENOENT);
    CHECK_INT(store_read_run(store, SAMPLE_RUN, &back, NULL), 0);
    CHECK_TEXT(run_state_name(back.state), "ended");
    CHECK_INT(back.ended_ms, 1790000099000);
    CHECK_INT(back.plan.jobs, 2);
    CHECK_TEXT(back.plan.platforms.items[1], "phytium");
    CHECK_INT(back.plan.cells.count, 0);
    CHECK_INT(store_read_planned_cells(store, SAMPLE_RUN, &back.plan, NULL), 0);
    CHECK_INT(back.plan.cells.count, 3);
    CHECK_HAS(back.plan.cells.items[2].refused, "is for x86_64");
    CHECK_TEXT(back.inputs.items[0].name, "a");
    CHECK_TEXT(back.host.items[0].value, "6.1.0");
    CHECK_INT(store_read_cells(store, SAMPLE_RUN, &cells, NULL), 0);
    CHECK_INT(cells.rows.count, 3);
    CHECK_TEXT(cells.rows.items[1].platform, "phytium");
    CHECK_HAS(cells.rows.items[2].refused, "is for x86_64");
    CHECK_INT(cells.rows.items[0].cases.count, 4);
    CHECK_TEXT(cells.rows.items[0].cases.items[2].id, "speed");
    CHECK_INT(cells.rows.items[0].cases.items[2].native_only, true);
    CHECK_INT(cells.rows.items[0].cases.items[2].planned, true);
    CHECK_INT(cells.rows.items[0].attempts.count, 0);
    CHECK_INT(store_check(store, NULL), 0);
}

static void test_items(void)
{
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_store_ struct store *store = open_store(home);
    _cleanup_(suite_free_cleanup) struct suite *suite = sample_suite("redis");
    _cleanup_(run_record_done) struct run_record run = sample_run(SAMPLE_RUN);
    _cleanup_(cell_records_done) struct cell_records cells = {0};
    _cleanup_error_ struct error *err = NULL;
    const struct suite *suites[] = {suite};

    strv_add(&run.plan.items, "install");
    CHECK_INT(store_add_run(store, &run, suites, 1, NULL), 0);
    CHECK_INT(store_read_cells(store, SAMPLE_RUN, &cells, NULL), 0);
    CHECK_INT(cells.rows.items[0].cases.items[0].planned, true);
    CHECK_INT(cells.rows.items[0].cases.items[1].planned, false);
    text_replace(&run.id, "20260102-bbbbbb");
    text_replace(&run.plan.cells.items[0].suite, "nginx");
    CHECK_INT(store_add_run(store, &run, suites, 1, &err), -EINVAL);
    CHECK_HAS(error_message(err), "names a suite that is not given");
}

static void test_merge(void)
{
    _cleanup_folder_ char *home = temp_folder_new(), *work = temp_folder_new();
    _cleanup_store_ struct store *store = open_store(home);
    _cleanup_result_ struct result *result = sample_result(SAMPLE_RUN, "a", "kunpeng");
    _cleanup_result_ struct result *again = sample_result(SAMPLE_RUN, "a", "kunpeng");
    _cleanup_result_ struct result *back = NULL;
    _cleanup_(cell_records_done) struct cell_records cells = {0};
    _cleanup_free_ char *text = NULL, *expected = NULL;
    _cleanup_buffer_ struct buffer tail = {0};
    _cleanup_error_ struct error *err = NULL;
    uint64_t skipped = 0;

    sample_predict(result);
    CHECK_INT(sample_add_run(store, SAMPLE_RUN, NULL), 0);
    CHECK_INT(sample_merge(store, work, result, &err), 0);
    CHECK_TEXT(error_message(err), "no error");
    CHECK_INT(sample_merge(store, work, result, &err), 0);
    CHECK_INT(count(home, "SELECT count(*) FROM attempt"), 1);
    CHECK_INT(count(home, "SELECT count(*) FROM record"), 3);
    CHECK_INT(count(home, "SELECT count(*) FROM case_result WHERE signature IS NOT NULL"), 1);
    CHECK_INT(store_read_result(store, SAMPLE_RUN, result->job_id, 1, &back, &err), 0);
    CHECK_TEXT(error_message(err), "no error");
    CU_ASSERT_FATAL(back != NULL);
    text = sample_text(back);
    expected = sample_text(result);
    CHECK_TEXT(text, expected);
    CHECK_INT(
        evidence_read_tail(home, result->evidence.items[0].sha256, 14, 8, &tail, &skipped, NULL),
        0);
    CHECK_TEXT(tail.data, "version\n");
    CHECK_INT(skipped, 6);
    /* Another result for the same attempt: the first one stays. */
    text_replace(&again->cases.items[1].reason, "something else");
    text_replace(&again->job_id, result->job_id);
    {
        _cleanup_free_ char *other = path_join(work, "other");

        CHECK_INT(sample_bundle(again, other, NULL), 0);
        CHECK_INT(store_merge_result(store, again, other, &err), -EEXIST);
        CHECK_HAS(error_message(err), "already has a different result for attempt 1");
    }
    CHECK_INT(store_read_result(store, SAMPLE_RUN, result->job_id, 7, &back, NULL), -ENOENT);
    CHECK_INT(store_read_cells(store, SAMPLE_RUN, &cells, NULL), 0);
    CHECK_TEXT(cells.rows.items[0].job_id, result->job_id);
    CHECK_INT(cells.rows.items[0].attempts.items[0], 1);
    CHECK_INT(cells.rows.items[1].attempts.count, 0);
}

static void test_refused_merges(void)
{
    static const struct {
        const char *run, *image, *platform, *job, *message;
    } rows[] = {
        {"20990101-ffffff", "a", "kunpeng", "j", "the store has no run '20990101-ffffff'"},
        {SAMPLE_RUN, "z", "kunpeng", "j", "cell 'z/kunpeng/redis' is not planned in run"},
        {SAMPLE_RUN, "b", "phytium", "j", "cell 'b/phytium/redis' is not planned in run"},
        {SAMPLE_RUN, "a", "kunpeng", "other-job", "differs from the one in the store"},
        {SAMPLE_RUN, "a", "phytium", "cell-a-kunpeng-redis", "differs from the one in the store"},
    };
    _cleanup_folder_ char *home = temp_folder_new(), *work = temp_folder_new();
    _cleanup_store_ struct store *store = open_store(home);
    _cleanup_result_ struct result *first = sample_result(SAMPLE_RUN, "a", "kunpeng");

    CHECK_INT(sample_add_run(store, SAMPLE_RUN, NULL), 0);
    CHECK_INT(sample_merge(store, work, first, NULL), 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_folder_ char *own = temp_folder_new();
        _cleanup_result_ struct result *result =
            sample_result(rows[i].run, rows[i].image, rows[i].platform);
        _cleanup_error_ struct error *err = NULL;

        text_replace(&result->job_id, rows[i].job);
        result->attempt = 2;
        CHECK_INT(sample_merge(store, own, result, &err), -EBADMSG);
        CHECK_HAS(error_message(err), rows[i].message);
    }
    CHECK_INT(count(home, "SELECT count(*) FROM attempt"), 1);
}

/* Evidence that differs from the bundle, or is missing, leaves no rows. */
static void test_bad_evidence(void)
{
    for (int gone = 0; gone < 2; gone++) {
        _cleanup_folder_ char *home = temp_folder_new(), *work = temp_folder_new();
        _cleanup_store_ struct store *store = open_store(home);
        _cleanup_result_ struct result *result = sample_result(SAMPLE_RUN, "a", "kunpeng");
        _cleanup_free_ char *path = path_join(work, "b"), *blob = NULL;
        _cleanup_error_ struct error *err = NULL;

        CHECK_INT(sample_add_run(store, SAMPLE_RUN, NULL), 0);
        CHECK_INT(sample_bundle(result, path, NULL), 0);
        blob = bundle_evidence_path(path, result->evidence.items[1].sha256);
        CU_ASSERT(unlink(blob) == 0);
        if (!gone)
            CHECK_INT(path_write_atomic(blob, "forged", 6, NULL), 0);
        CHECK_INT(store_merge_result(store, result, path, &err), gone ? -ENOENT : -EBADMSG);
        CHECK_INT(count(home, "SELECT count(*) FROM attempt"), 0);
        CHECK_INT(count(home, "SELECT count(*) FROM record"), 2);
    }
}

/* A blob modified in the store is not shown; merging the right bytes again repairs a truncated
 * one. */
static void test_damaged_evidence(void)
{
    _cleanup_folder_ char *home = temp_folder_new(), *work = temp_folder_new();
    _cleanup_store_ struct store *store = open_store(home);
    _cleanup_result_ struct result *result = sample_result(SAMPLE_RUN, "a", "kunpeng");
    _cleanup_buffer_ struct buffer tail = {0};
    _cleanup_error_ struct error *err = NULL;
    _cleanup_free_ char *blob = NULL;
    const char *sha256;

    CHECK_INT(sample_add_run(store, SAMPLE_RUN, NULL), 0);
    CHECK_INT(sample_merge(store, work, result, NULL), 0);
    sha256 = result->evidence.items[0].sha256;
    blob = evidence_path(home, sha256);
    CU_ASSERT(chmod(blob, 0600) == 0);
    CHECK_INT(path_write_atomic(blob, "Linux versiox\n", 14, NULL), 0);
    CHECK_INT(evidence_read_tail(home, sha256, 14, 8, &tail, NULL, &err), -EBADMSG);
    CHECK_HAS(error_message(err), "is damaged");
    CU_ASSERT(truncate(blob, 3) == 0);
    {
        _cleanup_free_ char *source =
            text_format("%s/%s-%s-1/evidence/%s", work, SAMPLE_RUN, result->job_id, sha256);

        CHECK_INT(evidence_add_file(home, source, sha256, 14, NULL), 0);
    }
    CHECK_INT(evidence_read_tail(home, sha256, 14, 8, &tail, NULL, NULL), 0);
}

/* Waits until a temporary file of a blob disappears from the incoming folder. */
static bool wait_for_blobs(int watch, int blobs)
{
    char events[4096] __attribute__((aligned(8)));

    while (blobs > 0) {
        struct pollfd poll_fd = {watch, POLLIN, 0};
        ssize_t got;

        if (poll(&poll_fd, 1, 20000) != 1)
            return false;
        got = read(watch, events, sizeof(events));
        for (char *at = events; got > 0 && at < events + got;) {
            struct inotify_event *event = (struct inotify_event *)at;

            blobs -= (event->mask & IN_MOVED_FROM) != 0;
            at += sizeof(*event) + event->len;
        }
    }
    return true;
}

/* SIGKILL between evidence and rows: the matrix is unchanged, and the same merge succeeds
 * afterwards. The write lock held here stops the child between the two. */
static void test_killed(void)
{
    _cleanup_folder_ char *home = temp_folder_new(), *work = temp_folder_new();
    _cleanup_result_ struct result *result = sample_result(SAMPLE_RUN, "a", "kunpeng");
    _cleanup_free_ char *bundle = path_join(work, "b");
    _cleanup_free_ char *incoming = path_join(home, "evidence/incoming"), *blob = NULL;
    _cleanup_close_ int watch = inotify_init1(IN_CLOEXEC);
    struct store *store = open_store(home);
    sqlite3 *holder;
    pid_t child;
    int status = 0;

    CHECK_INT(sample_add_run(store, SAMPLE_RUN, NULL), 0);
    CHECK_INT(sample_bundle(result, bundle, NULL), 0);
    store_close(store);
    CU_ASSERT_FATAL(path_make_folders(incoming, false, NULL) == 0);
    CU_ASSERT_FATAL(inotify_add_watch(watch, incoming, IN_MOVED_FROM) >= 0);
    child = fork();
    if (child == 0) {
        struct store *own = NULL;

        if (store_open(home, &own, NULL) < 0 || kill(getpid(), SIGSTOP) < 0)
            _exit(1);
        store_merge_result(own, result, bundle, NULL);
        _exit(0);
    }
    CU_ASSERT_FATAL(waitpid(child, &status, WUNTRACED) == child && WIFSTOPPED(status));
    holder = open_raw(home);
    CU_ASSERT(sqlite3_exec(holder, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK);
    CU_ASSERT(kill(child, SIGCONT) == 0);
    CU_ASSERT(wait_for_blobs(watch, 2));
    CU_ASSERT(kill(child, SIGKILL) == 0);
    CU_ASSERT(waitpid(child, &status, 0) == child && WIFSIGNALED(status));
    sqlite3_exec(holder, "ROLLBACK", NULL, NULL, NULL);
    sqlite3_close(holder);

    blob = evidence_path(home, result->evidence.items[1].sha256);
    CU_ASSERT(path_exists(blob));
    CHECK_INT(count(home, "SELECT count(*) FROM attempt"), 0);
    CHECK_INT(count(home, "SELECT count(*) FROM evidence"), 0);
    store = open_store(home);
    CHECK_INT(store_merge_result(store, result, bundle, NULL), 0);
    CHECK_INT(store_check(store, NULL), 0);
    CHECK_INT(count(home, "SELECT count(*) FROM attempt"), 1);
    store_close(store);
}

static void test_find_run(void)
{
    static const struct {
        const char *text, *id;
        int code;
        const char *message;
    } rows[] = {
        {"latest", "20260102-bbbbbb", 0, NULL}, /* cccccc has not ended */
        {"20260102-b", "20260102-bbbbbb", 0, NULL},
        {"20260101-aaaaaa", "20260101-aaaaaa", 0, NULL},
        {"2026010", NULL, -EINVAL, "'20260103-cccccc', '20260102-bbbbbb'"},
        {"", NULL, -ENOENT, "no run ''"},
        {"2025", NULL, -ENOENT, "the latest are '20260103-cccccc'"},
        {"%", NULL, -ENOENT, "no run '%'"},
    };
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_store_ struct store *store = open_store(home);
    _cleanup_error_ struct error *none = NULL;
    _cleanup_free_ char *newest = NULL;
    char *id = NULL;

    CHECK_INT(store_find_run(store, "latest", &id, NULL), -ENODATA);
    CHECK_INT(sample_add_run(store, "20260102-bbbbbb", NULL), 0);
    CHECK_INT(sample_add_run(store, "20260101-aaaaaa", NULL), 0);
    CHECK_INT(sample_add_run(store, "20260103-cccccc", NULL), 0);
    CHECK_INT(store_find_run(store, "latest", &id, &none), -ENODATA);
    CHECK_HAS(error_message(none), "no run has ended yet: run '20260103-cccccc' is");
    CHECK_INT(store_find_run(store, "newest", &newest, NULL), 0);
    CHECK_TEXT(newest, "20260103-cccccc");
    CHECK_INT(store_end_run(store, "20260101-aaaaaa", RUN_ENDED, 1, NULL), 0);
    CHECK_INT(store_end_run(store, "20260102-bbbbbb", RUN_ENDED, 1, NULL), 0);
    CHECK_INT(store_end_run(store, "20260103-cccccc", RUN_INTERRUPTED, 0, NULL), 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_error_ struct error *err = NULL;

        id = NULL;
        CHECK_INT(store_find_run(store, rows[i].text, &id, &err), rows[i].code);
        CHECK_TEXT(id, rows[i].id);
        if (rows[i].message != NULL)
            CHECK_HAS(error_message(err), rows[i].message);
        free(id);
    }
}

static void test_verdicts(void)
{
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_store_ struct store *store = open_store(home);
    _cleanup_(cell_records_done) struct cell_records cells = {0};
    _cleanup_(indexed_cells_done) struct indexed_cells kept = {0};
    struct judgement judgement = {.verdict = VERDICT_NOT_ASSESSED, .rule = 2};
    struct cell_verdict rows[2];

    judgement.reason = text_dup("why");
    CHECK_INT(sample_add_run(store, SAMPLE_RUN, NULL), 0);
    CHECK_INT(sample_add_run(store, "20260102-bbbbbb", NULL), 0);
    CHECK_INT(store_read_cells(store, SAMPLE_RUN, &cells, NULL), 0);
    for (int i = 0; i < 2; i++)
        rows[i] = (struct cell_verdict){&cells.rows.items[i], &judgement};
    CHECK_INT(store_put_verdicts(store, SAMPLE_RUN, 7, rows, 2, NULL), 0);
    CHECK_INT(store_put_verdicts(store, SAMPLE_RUN, 8, rows + 1, 1, NULL), 0);
    CHECK_INT(count(home, "SELECT count(*) FROM verdict"), 2);
    /* A verdict of another version of the rules is not used. */
    CHECK_INT(store_read_index(store, SAMPLE_RUN, 7, &kept, NULL), 0);
    CHECK_INT(kept.count, 3);
    CHECK_INT(kept.items[0].judged, true);
    CHECK_TEXT(kept.items[0].judgement.reason, "why");
    CHECK_INT(kept.items[1].judged, false);
    CHECK_INT(kept.items[2].judged, false);
    /* Neither is one of a cell that has changed since it was judged. */
    memset(cells.rows.items[0].digest, '0', DIGEST_TEXT_SIZE - 1);
    CHECK_INT(store_put_verdicts(store, SAMPLE_RUN, 9, rows, 1, NULL), 0);
    CHECK_INT(count(home, "SELECT count(*) FROM verdict WHERE rules = 9"), 0);
    judgement_done(&judgement);
}

/* Bundles that earlier versions of the program wrote; never made anew. */
static void test_frozen_bundles(void)
{
    static const struct {
        const char *name;
        enum prediction_state prediction;
        unsigned blocking;
    } rows[] = {{"bundle_v1", PREDICTION_NONE, 0}, {"bundle_v2", PREDICTION_MADE, 1}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_folder_ char *home = temp_folder_new();
        _cleanup_store_ struct store *store = open_store(home);
        _cleanup_free_ char *path =
            text_format("%s/harness/tests/data/%s", TS_SOURCE_DIR, rows[i].name);
        _cleanup_result_ struct result *read = NULL, *back = NULL;
        _cleanup_error_ struct error *err = NULL;

        CHECK_INT(sample_add_run(store, SAMPLE_RUN, NULL), 0);
        CHECK_INT(bundle_read(path, &read, &err), 0);
        CHECK_TEXT(error_message(err), "no error");
        CU_ASSERT_FATAL(read != NULL);
        CHECK_INT(store_merge_result(store, read, path, &err), 0);
        CHECK_TEXT(error_message(err), "no error");
        CHECK_INT(store_check(store, NULL), 0);
        CHECK_INT(store_read_result(store, SAMPLE_RUN, read->job_id, 1, &back, &err), 0);
        CU_ASSERT_FATAL(back != NULL);
        CHECK_INT(back->cases.count, 4);
        CHECK_INT(back->cases.items[1].status, STATUS_FAIL);
        CHECK_INT(back->cases.items[1].blame, BLAME_PRODUCT);
        CHECK_INT(back->cases.items[1].points.count, 2);
        CHECK_INT(back->evidence.count, 2);
        CHECK_TEXT(back->observations.items[1].value, "1523");
        CHECK_INT(back->prediction.state, rows[i].prediction);
        CHECK_INT(prediction_count(&back->prediction, SEVERITY_BLOCK), rows[i].blocking);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"run", test_run},
                           {"items", test_items},
                           {"merge", test_merge},
                           {"refused merges", test_refused_merges},
                           {"bad evidence", test_bad_evidence},
                           {"damaged evidence", test_damaged_evidence},
                           {"killed", test_killed},
                           {"find run", test_find_run},
                           {"verdicts", test_verdicts},
                           {"frozen bundles", test_frozen_bundles},
                           CU_TEST_INFO_NULL};

    return cunit_run("store", tests);
}
