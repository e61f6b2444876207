/* SPDX-License-Identifier: Apache-2.0 */
/* store: which files it opens, and migration between schemas. */
#include <errno.h>
#include <sqlite3.h>
#include <sys/wait.h>

#include "sample_store.h"
#include "store/schema.h"
#include "store/sql.h"

static char *path_of(const char *home)
{
    return path_join(home, "store.db");
}

static void run_sql(const char *home, const char *text)
{
    _cleanup_free_ char *path = path_of(home);
    sqlite3 *db = NULL;
    char *said = NULL;

    CU_ASSERT_FATAL(sqlite3_open(path, &db) == SQLITE_OK);
    if (sqlite3_exec(db, text, NULL, NULL, &said) != SQLITE_OK)
        printf("\n%s\n", said);
    CU_ASSERT(said == NULL);
    sqlite3_free(said);
    sqlite3_close(db);
}

/* A database made by version 1 of the program, as SQL; never regenerated. */
static void load_fixture(const char *home, const char *name)
{
    _cleanup_free_ char *path = text_format("%s/harness/tests/data/%s", TS_SOURCE_DIR, name);
    _cleanup_buffer_ struct buffer text = {0};

    CU_ASSERT_FATAL(path_read(path, 1 << 20, &text, NULL) == 0);
    run_sql(home, text.data);
}

static void flip(const char *path, long offset, size_t length)
{
    FILE *file = fopen(path, "r+");

    CU_ASSERT_FATAL(file != NULL && fseek(file, offset, SEEK_SET) == 0);
    for (size_t i = 0; i < length; i++)
        fputc(0xa5, file);
    fclose(file);
}

static void test_refused(void)
{
    static const struct {
        const char *sql; /* applied to a new store's file, or NULL */
        const char *content;
        int code;
        const char *message;
    } rows[] = {
        {"PRAGMA user_version = 99", NULL, -ENOTSUP, "has schema 99, this program knows up to 4"},
        {"PRAGMA application_id = 7", NULL, -EUCLEAN, "is a database of another program"},
        {"PRAGMA user_version = 0", NULL, -EUCLEAN, "is a database of another program"},
        {"PRAGMA user_version = -3", NULL, -EUCLEAN, "is a database of another program"},
        {NULL, "this is no database at all, and it is long enough to have a header of its own …",
         -EUCLEAN, "is damaged (file is not a database)"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_folder_ char *home = temp_folder_new();
        _cleanup_free_ char *path = path_of(home);
        _cleanup_error_ struct error *err = NULL;
        struct store *store = NULL;

        if (rows[i].sql != NULL) {
            CU_ASSERT_FATAL(store_open(home, &store, NULL) == 0);
            store_close(store);
            run_sql(home, rows[i].sql);
        } else
            CHECK_INT(path_write_atomic(path, rows[i].content, strlen(rows[i].content), NULL), 0);
        store = NULL;
        CHECK_INT(store_open(home, &store, &err), rows[i].code);
        CHECK_HAS(error_message(err), rows[i].message);
        CHECK_HAS(error_message(err), path);
        store_close(store);
    }
}

static void test_foreign(void)
{
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_error_ struct error *err = NULL;
    struct store *store = NULL;

    run_sql(home, "CREATE TABLE other (x)");
    CHECK_INT(store_open(home, &store, &err), -EUCLEAN);
    CHECK_HAS(error_message(err), "another program");
}

/* Damage deep in the file: detected when its pages are read, and by store_check. */
static void test_corrupt(void)
{
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_free_ char *path = path_of(home);
    _cleanup_error_ struct error *err = NULL;
    _cleanup_(run_record_done) struct run_record run = {0};
    struct store *store = NULL;
    int64_t page = 0;

    CU_ASSERT_FATAL(store_open(home, &store, NULL) == 0);
    CHECK_INT(sample_add_run(store, SAMPLE_RUN, NULL), 0);
    CHECK_INT(store_check(store, NULL), 0);
    CHECK_INT(sql_integer(store, &page, NULL,
                          "SELECT rootpage FROM sqlite_schema WHERE name = 'run'", ""),
              0);
    store_close(store);
    flip(path, 4096 * (page - 1), 4096);
    store = NULL;
    CU_ASSERT_FATAL(store_open(home, &store, NULL) == 0);
    CHECK_INT(store_check(store, &err), -EUCLEAN);
    CHECK_HAS(error_message(err), "is damaged");
    CU_ASSERT(store_read_run(store, SAMPLE_RUN, &run, NULL) < 0);
    store_close(store);
}

static void test_settings(void)
{
    static const struct {
        const char *pragma;
        int64_t value;
    } rows[] = {{"PRAGMA synchronous", 2},
                {"PRAGMA foreign_keys", 1},
                {"PRAGMA trusted_schema", 0},
                {"PRAGMA application_id", SCHEMA_APPLICATION_ID},
                {"PRAGMA user_version", 4},
                {"SELECT journal_mode = 'wal' FROM pragma_journal_mode", 1},
                {"SELECT count(*) FROM pragma_table_list WHERE type = 'table' AND strict = 0 AND "
                 "name NOT LIKE 'sqlite_%'",
                 0}};
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_(store_close_cleanup) struct store *store = NULL;

    CU_ASSERT_FATAL(store_open(home, &store, NULL) == 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int64_t value = -1;

        CHECK_INT(sql_integer(store, &value, NULL, rows[i].pragma, ""), 0);
        if (value != rows[i].value)
            printf("\n%s:", rows[i].pragma);
        CHECK_INT(value, rows[i].value);
    }
    CU_ASSERT(sql_script(store, "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema", NULL) <
              0);
}

/* Several processes at once in a home without a store. */
static void test_at_once(void)
{
    enum { MANY = 16 };
    _cleanup_folder_ char *home = temp_folder_new();
    pid_t children[MANY];
    int status = 0;

    for (int i = 0; i < MANY; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            struct store *store = NULL;
            struct error *err = NULL;
            _cleanup_free_ char *id = text_format("20260101-%d", i);

            if (store_open(home, &store, &err) < 0 || sample_add_run(store, id, &err) < 0) {
                fprintf(stderr, "%s\n", error_message(err));
                _exit(1);
            }
            _exit(0);
        }
    }
    for (int i = 0; i < MANY; i++) {
        CU_ASSERT(waitpid(children[i], &status, 0) == children[i]);
        CHECK_INT(status, 0);
    }
}

/* The frozen store of schema 1 opens, and its content is as when it was frozen. */
static void test_fixture(void)
{
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_(run_record_done) struct run_record run = {0};
    _cleanup_(cell_records_done) struct cell_records cells = {0};
    _cleanup_result_ struct result *result = NULL;
    _cleanup_error_ struct error *err = NULL;

    load_fixture(home, "store_v1.sql");
    CHECK_INT(store_open(home, &store, &err), 0);
    CHECK_TEXT(error_message(err), "no error");
    CU_ASSERT_FATAL(store != NULL);
    CHECK_INT(store_check(store, NULL), 0);
    CHECK_INT(store_read_run(store, SAMPLE_RUN, &run, &err), 0);
    CHECK_TEXT(run_state_name(run.state), "ended");
    CHECK_INT(store_read_cells(store, SAMPLE_RUN, &cells, NULL), 0);
    CHECK_INT(cells.rows.count, 3);
    CHECK_INT(cells.rows.items[0].attempts.count, 1);
    CHECK_INT(store_read_result(store, SAMPLE_RUN, "cell-a-kunpeng-redis", 1, &result, &err), 0);
    CHECK_TEXT(error_message(err), "no error");
    CU_ASSERT_FATAL(result != NULL);
    CHECK_TEXT(result->cases.items[1].points.items[1].detail, "expected 1000 keys, got 0");
}

/* The result of kunpeng/redis in a frozen store, which is migrated. */
static struct result *fixture_result(const char *fixture)
{
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_error_ struct error *err = NULL;
    struct result *result = NULL;

    load_fixture(home, fixture);
    CHECK_INT(store_open(home, &store, &err), 0);
    CHECK_TEXT(error_message(err), "no error");
    CU_ASSERT_FATAL(store != NULL);
    CHECK_INT(store_check(store, NULL), 0);
    CHECK_INT(store_read_result(store, SAMPLE_RUN, "cell-a-kunpeng-redis", 1, &result, &err), 0);
    CHECK_TEXT(error_message(err), "no error");
    CU_ASSERT_FATAL(result != NULL);
    return result;
}

/* The same for schema 2: a prediction is read back as it was frozen, with the same digest. */
static void test_fixture_2(void)
{
    _cleanup_result_ struct result *result = fixture_result("store_v2.sql");

    CHECK_INT(result->prediction.parts.count, 2);
    CHECK_INT(prediction_count(&result->prediction, SEVERITY_BLOCK), 1);
    CHECK_TEXT(result->prediction.findings.items[0].version, "GLIBC_2.38");
    CHECK_TEXT(verdict_name(prediction_verdict(&result->prediction)), "incompatible");
}

/* The same for schema 3: whether the files of findings were executed. */
static void test_fixture_3(void)
{
    _cleanup_result_ struct result *result = fixture_result("store_v3.sql");

    CHECK_TEXT(executed_name(result->prediction.findings.items[0].executed), "failed");
    CHECK_TEXT(executed_name(result->prediction.findings.items[1].executed), "none");
}

/* A migration step that changes the frozen store, and one that fails half way: all or nothing. */
static void test_migration(void)
{
    static const char *const bad[] = {
        "ALTER TABLE run ADD COLUMN label TEXT; INSERT INTO nowhere VALUES (1)",
        "ALTER TABLE run ADD COLUMN label TEXT; UPDATE cell SET run = 77",
    };
    _cleanup_folder_ char *home = temp_folder_new();
    struct store store = {.path = path_of(home)};
    struct schema_step steps[2] = {schema_steps[0]};
    int64_t value = 0;

    load_fixture(home, "store_v1.sql");
    CU_ASSERT_FATAL(sqlite3_open(store.path, &store.db) == SQLITE_OK);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        steps[1].sql = bad[i];
        CU_ASSERT(schema_migrate(&store, steps, 2, NULL) < 0);
        CHECK_INT(sql_integer(&store, &value, NULL, "PRAGMA user_version", ""), 0);
        CHECK_INT(value, 1);
        CHECK_INT(sql_integer(&store, &value, NULL,
                              "SELECT count(*) FROM pragma_table_info('run') WHERE name = 'label'",
                              ""),
                  0);
        CHECK_INT(value, 0);
    }
    steps[1].sql = "ALTER TABLE run ADD COLUMN label TEXT; UPDATE run SET label = id";
    CHECK_INT(schema_migrate(&store, steps, 2, NULL), 0);
    CHECK_INT(schema_migrate(&store, steps, 2, NULL), 0);
    CHECK_INT(sql_integer(&store, &value, NULL, "PRAGMA user_version", ""), 0);
    CHECK_INT(value, 2);
    CHECK_INT(sql_integer(&store, &value, NULL,
                          "SELECT count(*) FROM run WHERE label = '" SAMPLE_RUN "'", ""),
              0);
    CHECK_INT(value, 1);
    CHECK_INT(schema_migrate(&store, steps, 1, NULL), -ENOTSUP);
    sql_forget(&store);
    sqlite3_close(store.db);
    free(store.path);
}

/* Statements are kept for the next call with the same text, and nothing else of a call is. */
static void test_statements(void)
{
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    static const char *const insert = "INSERT INTO index_version VALUES (?)";
    char built[32] = "SELECT 1";
    int64_t value = 0;

    CU_ASSERT_FATAL(store_open(home, &store, NULL) == 0);
    CHECK_INT(sql_integer(store, &value, NULL, built, ""), 0);
    CHECK_INT(value, 1);
    strcpy(built, "SELECT 2");
    CHECK_INT(sql_integer(store, &value, NULL, built, ""), 0);
    CHECK_INT(value, 2);
    for (int i = 0; i < 2; i++) {
        static const char *const given = "SELECT ?1 IS NOT NULL";

        CHECK_INT(sql_integer(store, &value, NULL, given, "t", "x"), 0);
        CHECK_INT(value, 1);
        CHECK_INT(sql_integer(store, &value, NULL, given, ""), 0);
        CHECK_INT(value, 0);
        CU_ASSERT(sql_run(store, NULL, "SELECT nonsense FROM nowhere", "") < 0);
    }
    CHECK_INT(sql_run(store, NULL, insert, "i", (int64_t)100), 0);
    CU_ASSERT(sql_run(store, NULL, insert, "i", (int64_t)100) < 0);
    CHECK_INT(sql_run(store, NULL, insert, "i", (int64_t)101), 0);
    CHECK_INT(sql_integer(store, &value, NULL, "SELECT max(version) FROM index_version", ""), 0);
    CHECK_INT(value, 101);
    /* A statement that is kept reads what others have written since, and keeps nobody from it. */
    run_sql(home, "INSERT INTO index_version VALUES (102); PRAGMA wal_checkpoint(TRUNCATE)");
    CHECK_INT(sql_integer(store, &value, NULL, "SELECT max(version) FROM index_version", ""), 0);
    CHECK_INT(value, 102);
}

int main(void)
{
    CU_TestInfo tests[] = {{"refused", test_refused},
                           {"foreign", test_foreign},
                           {"corrupt", test_corrupt},
                           {"settings", test_settings},
                           {"at once", test_at_once},
                           {"frozen fixture", test_fixture},
                           {"frozen fixture 2", test_fixture_2},
                           {"frozen fixture 3", test_fixture_3},
                           {"migration", test_migration},
                           {"statements", test_statements},
                           CU_TEST_INFO_NULL};

    return cunit_run("store_open", tests);
}
