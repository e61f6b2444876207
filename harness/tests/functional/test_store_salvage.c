/* SPDX-License-Identifier: Apache-2.0 */
/* A damaged store: exit code 74 with advice, which runs are intact, and what is copied out of it.
 * Each page in turn is overwritten, the file is truncated, tables and indexes are dropped. */
#include <errno.h>
#include <sqlite3.h>

#include "base/json.h"
#include "run_touchstone.h"
#include "sample_store.h"
#include "store/salvage.h"
#include "store/sql.h"

enum { RUNS = 12, PAGE = 4096 };

static struct buffer sound; /* the bytes of an intact store.db */

static char *run_id(int i)
{
    return text_format("20260101-%06d", i);
}

static void make_sound(void)
{
    _cleanup_folder_ char *home = temp_folder_new(), *work = temp_folder_new();
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_free_ char *path = path_join(home, "store.db");

    CU_ASSERT_FATAL(store_open(home, &store, NULL) == 0);
    for (int i = 0; i < RUNS; i++) {
        _cleanup_free_ char *id = run_id(i);
        _cleanup_result_ struct result *result = sample_result(id, "a", "kunpeng");

        for (int o = 0; o < 100; o++) {
            _cleanup_free_ char *key = text_format("key.%d", o);

            result_add_observation(result, NULL, key, "a value of some length", NULL);
        }
        CU_ASSERT_FATAL(sample_add_run(store, id, NULL) == 0);
        CU_ASSERT_FATAL(sample_merge(store, work, result, NULL) == 0);
    }
    store_close(steal_ptr(store));
    CHECK_INT(path_read(path, 64 << 20, &sound, NULL), 0);
    CU_ASSERT_FATAL(sound.length > (size_t)20 * PAGE);
}

static char *home_with(const char *data, size_t length)
{
    char *home = temp_folder_new();
    _cleanup_free_ char *path = path_join(home, "store.db");

    CHECK_INT(path_write_atomic(path, data, length, NULL), 0);
    return home;
}

/* The copy is an intact store, and every attempt in it matches its digest. */
static void check_copy(const char *folder, const struct salvaged_runs *runs)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_strv_ struct strv ids = {0};

    CU_ASSERT_FATAL(store_open(folder, &store, NULL) == 0);
    CHECK_INT(store_check(store, NULL), 0);
    CHECK_INT(store_list_runs(store, &ids, NULL), 0);
    vec_foreach (run, runs) {
        _cleanup_(result_free_cleanup) struct result *result = NULL;

        CU_ASSERT(run->reason != NULL || (run->attempts == 1 && strv_has(&ids, run->id)));
        CU_ASSERT((run->reason == NULL) == (run->lost == 0));
        if (run->attempts == 1)
            CHECK_INT(store_read_result(store, run->id, "cell-a-kunpeng-redis", 1, &result, NULL),
                      0);
    }
}

/* Salvages and counts the intact runs; -1: the store cannot be read at all. */
static int salvage(const char *home)
{
    _cleanup_folder_ char *folder = temp_folder_new();
    _cleanup_(salvaged_runs_done) struct salvaged_runs runs = {0};
    _cleanup_error_ struct error *err = NULL;
    int whole = 0;

    if (store_salvage(home, folder, &runs, &err) < 0) {
        CU_ASSERT(err->code == -EUCLEAN || err->code == -EIO);
        return -1;
    }
    check_copy(folder, &runs);
    vec_foreach (run, &runs)
        whole += run->reason == NULL;
    return whole;
}

static void test_pages(void)
{
    size_t pages = sound.length / PAGE;
    int unreadable = 0, total = 0;

    for (size_t page = 0; page < pages; page++) {
        _cleanup_free_ char *data = text_calloc(sound.length, 1);
        _cleanup_folder_ char *home = NULL;
        int whole;

        memcpy(data, sound.data, sound.length);
        memset(data + page * PAGE, 0xa5, PAGE);
        home = home_with(data, sound.length);
        whole = salvage(home);
        unreadable += whole < 0;
        total += whole > 0 ? whole : 0;
    }
    printf("%zu pages, %d of %zu runs whole, %d stores unreadable\n", pages, total, pages * RUNS,
           unreadable);
    /* Damage to the schema's own pages is fatal; other pages contain a part of the runs, or of each
     * one. */
    CU_ASSERT(unreadable <= (int)pages / 10);
    CU_ASSERT(total > (int)pages * RUNS / 2);
}

static void test_cut(void)
{
    static const size_t tenths[] = {0, 1, 3, 5, 7, 9};

    for (size_t i = 0; i < sizeof(tenths) / sizeof(tenths[0]); i++) {
        _cleanup_folder_ char *home = home_with(sound.data, sound.length * tenths[i] / 10);

        CU_ASSERT(salvage(home) < RUNS);
    }
}

static const char *state_of(const json_t *root, const char *subject)
{
    const json_t *checks = json_object_get(root, "checks");

    for (size_t i = 0; i < json_array_size(checks); i++)
        if (text_equal(json_string_value(json_object_get(json_array_get(checks, i), "subject")),
                       subject))
            return json_string_value(json_object_get(json_array_get(checks, i), "state"));
    return NULL;
}

/* A missing table, index or column: SQLite considers the database intact. */
static void test_dropped(void)
{
    static const struct {
        const char *sql;
        int whole; /* number of runs that are salvaged */
    } rows[] = {
        {"DROP INDEX observation_key", RUNS},
        {"DROP TABLE verdict", RUNS},
        {"DROP TABLE observation", RUNS},
        {"DROP TABLE run_evidence", RUNS},
        {"ALTER TABLE verdict DROP COLUMN reason", RUNS},
        {"UPDATE record SET zstd = x'00' WHERE run = 1 AND place = 2", RUNS - 1},
        {"UPDATE record SET sha256 = 'x' WHERE run = 2 AND place = 2", RUNS - 1},
    };
    static const char *const doctor[] = {"doctor", "--full", "--json", NULL};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_folder_ char *home = home_with(sound.data, sound.length);
        _cleanup_free_ char *path = path_join(home, "store.db"), *out = NULL, *err = NULL;
        _cleanup_json_ json_t *root = NULL;
        sqlite3 *db = NULL;

        CU_ASSERT_FATAL(sqlite3_open(path, &db) == SQLITE_OK);
        CHECK_INT(sqlite3_exec(db, rows[i].sql, NULL, NULL, NULL), SQLITE_OK);
        sqlite3_close(db);
        CHECK_INT(run_touchstone(home, doctor, &out, &err), 74);
        root = json_loads(out, 0, NULL);
        CHECK_TEXT(state_of(root, i < 5    ? "store"
                                  : i == 5 ? "run 20260101-000000"
                                           : "run 20260101-000001"),
                   "broken");
        if (i >= 5)
            CHECK_TEXT(state_of(root, "run 20260101-000005"), "ok");
        if (salvage(home) != rows[i].whole)
            printf("\n%s\n", rows[i].sql);
        CHECK_INT(salvage(home), rows[i].whole);
    }
}

/* Every verb that reads: 74, and what to do. A run that is not affected by the damage is shown. */
static void test_typed(void)
{
    static const char *const verbs[][5] = {
        {"matrix"}, {"show", "kunpeng/redis"}, {"report"}, {"resume"}, {"clean", "--dry-run"}};
    static const char *const whole[] = {"matrix", "20260101-000003", NULL};
    _cleanup_folder_ char *home = home_with("no database", 11);
    _cleanup_folder_ char *flipped = home_with(sound.data, sound.length), *folder = NULL;
    _cleanup_free_ char *path = path_join(flipped, "store.db"), *out = NULL, *err = NULL;
    const char *salvage_words[] = {"doctor", "--salvage", NULL, "--json", NULL};
    _cleanup_json_ json_t *root = NULL;
    sqlite3 *db = NULL;

    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        _cleanup_free_ char *said = NULL, *printed = NULL;

        CHECK_INT(run_touchstone(home, verbs[i], &printed, &said), 74);
        CHECK_HAS(said, "is damaged");
        CHECK_HAS(said, "--salvage");
    }
    CU_ASSERT_FATAL(sqlite3_open(path, &db) == SQLITE_OK);
    CHECK_INT(sqlite3_exec(db, "UPDATE record SET zstd = x'00' WHERE run = 1 AND place = 2", NULL,
                           NULL, NULL),
              SQLITE_OK);
    sqlite3_close(db);
    CHECK_INT(run_touchstone(flipped, whole, &out, &err), 1);
    folder = temp_folder_new();
    salvage_words[2] = folder;
    free(out);
    free(err);
    CHECK_INT(run_touchstone(flipped, salvage_words, &out, &err), 74); /* one attempt was lost */
    root = json_loads(out, 0, NULL);
    CHECK_INT(json_array_size(json_object_get(root, "runs")), RUNS);
    free(out);
    free(err);
    CHECK_INT(run_touchstone(flipped, salvage_words, &out, &err), 64); /* a store exists now */
    CHECK_HAS(err, "name a folder that has no store");
}

/* A modified index is rejected, and rebuilt. */
static void test_reindex(void)
{
    static const char *const matrix[] = {"matrix", "20260101-000003", NULL};
    static const char *const reindex[] = {"doctor", "--reindex", "--json", NULL};
    _cleanup_folder_ char *home = home_with(sound.data, sound.length);
    _cleanup_free_ char *path = path_join(home, "store.db");
    sqlite3 *db = NULL;

    CU_ASSERT_FATAL(sqlite3_open(path, &db) == SQLITE_OK);
    CHECK_INT(sqlite3_exec(db, "UPDATE cell SET grade = 'native'", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    for (int i = 0; i < 3; i++) {
        _cleanup_free_ char *out = NULL, *err = NULL;

        run_touchstone(home, i == 1 ? reindex : matrix, &out, &err);
        if (i == 0)
            CHECK_HAS(err, "--reindex");
        if (i == 2)
            CHECK_HAS(out, "incompatible emulated");
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"sound", make_sound},    {"each page in turn", test_pages},
                           {"cut off", test_cut},    {"dropped", test_dropped},
                           {"as typed", test_typed}, {"reindex", test_reindex},
                           CU_TEST_INFO_NULL};
    int code;

    /* Hundreds of short-lived stores: in memory, if there is such a folder. */
    if (access("/dev/shm", W_OK) == 0)
        setenv("TMPDIR", "/dev/shm", 0);
    code = cunit_run("store_salvage", tests);
    buffer_done(&sound);
    return code;
}
