/* SPDX-License-Identifier: Apache-2.0 */
/* A store modified by another program: every table, column and row in turn, as listed by the
 * schema. No verdict improves, what is shown is unchanged or nothing, and a check of the whole
 * store reports it. Also: an index that is dropped and rebuilt is identical. */
#include <errno.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include "base/json_write.h"
#include "base/process.h"
#include "judge/matrix.h"
#include "reports/matrix_view.h"
#include "sample_matrix.h"
#include "store/salvage.h"
#include "store/sql.h"

enum { ROWS_TRIED = 2 };

static char *sound_home;    /* including its evidence */
static struct buffer sound; /* the bytes of its store.db */
static char *sound_shown;

static char *shown_of(const struct matrix *matrix)
{
    struct json_writer to = {.sink = NULL};

    matrix_view_write_json(matrix, (struct exit_policy){0}, &to);
    return buffer_steal(&to.text);
}

static void make_sound(void)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_folder_ char *work = temp_folder_new();
    _cleanup_(matrix_done) struct matrix matrix = {0};
    _cleanup_free_ char *path = NULL;

    sound_home = temp_folder_new();
    path = path_join(sound_home, "store.db");
    CU_ASSERT_FATAL(store_open(sound_home, &store, NULL) == 0);
    sample_add_matrix(store);
    sample_merge_failed(store, work);
    sample_merge_flaky(store, work);
    sample_merge_probes(store, work);
    CU_ASSERT_FATAL(sample_add_run(store, "20260102-bbbbbb", NULL) == 0);
    CU_ASSERT_FATAL(matrix_load(store, SAMPLE_RUN, &matrix, NULL) == 0);
    sound_shown = shown_of(&matrix);
    store_close(steal_ptr(store));
    CU_ASSERT_FATAL(path_read(path, 64 << 20, &sound, NULL) == 0);
}

static char *home_with_sound(void)
{
    char *home = temp_folder_new();
    _cleanup_free_ char *path = path_join(home, "store.db"), *link = path_join(home, "evidence");
    _cleanup_free_ char *evidence = path_join(sound_home, "evidence");

    CHECK_INT(path_write_atomic(path, sound.data, sound.length, NULL), 0);
    CU_ASSERT(symlink(evidence, link) == 0);
    return home;
}

/* True if a check of the whole store reports an error. */
static bool is_told(struct store *store)
{
    _cleanup_(salvaged_runs_done) struct salvaged_runs runs = {0};

    if (store_check(store, NULL) < 0 || store_examine_runs(store, &runs, NULL) < 0)
        return true;
    vec_foreach (run, &runs) {
        if (run->reason != NULL)
            return true;
    }
    return false;
}

/* Changes that do not affect what is shown, or rows that are rebuilt when missing. */
static bool is_harmless(const char *table, const char *change)
{
    return strcmp(table, "index_version") == 0 || text_starts(change, "UPDATE record SET record") ||
           (strcmp(table, "verdict") == 0 && text_starts(change, "DELETE"));
}

static unsigned tried, refused;

static void check_change(const char *table, const char *change)
{
    _cleanup_folder_ char *home = home_with_sound();
    _cleanup_free_ char *path = path_join(home, "store.db"), *shown = NULL;
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_(matrix_done) struct matrix matrix = {0};
    _cleanup_error_ struct error *err = NULL;
    sqlite3 *db = NULL;
    bool changed;
    int code;

    CU_ASSERT_FATAL(sqlite3_open(path, &db) == SQLITE_OK);
    sqlite3_exec(db, "PRAGMA synchronous = OFF", NULL, NULL, NULL);
    changed = sqlite3_exec(db, change, NULL, NULL, NULL) == SQLITE_OK && sqlite3_changes(db) > 0;
    sqlite3_close(db);
    if (!changed)
        return;
    tried++;
    code = store_open(home, &store, &err);
    if (code == 0)
        code = matrix_load(store, SAMPLE_RUN, &matrix, &err);
    if (code == 0)
        shown = shown_of(&matrix);
    refused += code == -EUCLEAN;
    /* A run with another name is a different run. */
    if (code != -EUCLEAN && code != -ENOENT && !text_equal(shown, sound_shown))
        printf("\n%s: %s\n", change, error_message(err));
    CU_ASSERT(code == -EUCLEAN || code == -ENOENT || text_equal(shown, sound_shown));
    if (store != NULL && !is_harmless(table, change)) {
        bool told = is_told(store);

        if (!told)
            printf("\nnot told: %s\n", change);
        CU_ASSERT(told);
    }
}

/* The names that a query returns. */
static void list(sqlite3 *db, const char *query, const char *value, struct strv *ret)
{
    sqlite3_stmt *row = NULL;

    CU_ASSERT_FATAL(sqlite3_prepare_v2(db, query, -1, &row, NULL) == SQLITE_OK);
    sqlite3_bind_text(row, 1, value, -1, SQLITE_STATIC);
    while (sqlite3_step(row) == SQLITE_ROW)
        strv_add(ret, (const char *)sqlite3_column_text(row, 0));
    sqlite3_finalize(row);
}

/* Conditions that name the first rows of a table by their primary key. */
static void list_rows(sqlite3 *db, const char *table, struct strv *ret)
{
    _cleanup_strv_ struct strv keys = {0};
    _cleanup_buffer_ struct buffer query = {0};

    list(db, "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", table, &keys);
    CU_ASSERT(keys.count > 0);
    buffer_text(&query, "SELECT ");
    for (size_t i = 0; i < keys.count; i++)
        buffer_format(&query, "%s'%s = ' || quote(%s)", i > 0 ? " || ' AND ' || " : "",
                      keys.items[i], keys.items[i]);
    buffer_format(&query, " FROM %s LIMIT %d", table, ROWS_TRIED);
    list(db, query.data, NULL, ret);
}

static void change_column(const char *table, const char *column, const char *row)
{
    static const char *const values[] = {
        "%s + 1",
        "NULL",
        "'compatible'",
        "x'00'",
    };

    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        _cleanup_free_ char *value = text_format(values[i], column);
        _cleanup_free_ char *change = text_format("UPDATE %s SET %s = %s WHERE %s AND %s IS NOT %s",
                                                  table, column, value, row, column, value);

        check_change(table, change);
    }
}

static void change_table(sqlite3 *db, const char *table)
{
    _cleanup_strv_ struct strv columns = {0}, rows = {0};
    _cleanup_free_ char *all = text_format("DELETE FROM %s", table);

    list(db, "SELECT name FROM pragma_table_info(?)", table, &columns);
    list_rows(db, table, &rows);
    check_change(table, all);
    for (size_t r = 0; r < rows.count; r++) {
        _cleanup_free_ char *one = text_format("DELETE FROM %s WHERE %s", table, rows.items[r]);

        check_change(table, one);
        for (size_t c = 0; c < columns.count; c++)
            change_column(table, columns.items[c], rows.items[r]);
    }
}

static void test_every_row(void)
{
    _cleanup_free_ char *path = path_join(sound_home, "store.db");
    _cleanup_strv_ struct strv tables = {0};
    sqlite3 *db = NULL;

    CU_ASSERT_FATAL(sqlite3_open(path, &db) == SQLITE_OK);
    list(db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
         NULL, &tables);
    CU_ASSERT(tables.count >= 10);
    for (size_t i = 0; i < tables.count; i++)
        change_table(db, tables.items[i]);
    sqlite3_close(db);
    printf("%zu tables, %u changes, %u shown as 74 ", tables.count, tried, refused);
}

/* What is missing both on disk and in the index is still reported. */
static void test_lost_blob(void)
{
    static const char *const changes[] = {
        "DELETE FROM attempt_evidence", "DELETE FROM run_evidence", "DELETE FROM evidence",
        "DELETE FROM attempt_evidence WHERE attempt = (SELECT max(attempt) FROM attempt)",
        "UPDATE evidence SET size = size + 1"};

    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        _cleanup_folder_ char *home = temp_folder_new();
        _cleanup_free_ char *path = path_join(home, "store.db");
        _cleanup_(store_close_cleanup) struct store *store = NULL;
        _cleanup_(matrix_done) struct matrix matrix = {0};
        sqlite3 *db = NULL;

        CHECK_INT(path_write_atomic(path, sound.data, sound.length, NULL), 0);
        CU_ASSERT_FATAL(sqlite3_open(path, &db) == SQLITE_OK);
        CHECK_INT(sqlite3_exec(db, changes[i], NULL, NULL, NULL), SQLITE_OK);
        sqlite3_close(db);
        CU_ASSERT_FATAL(store_open(home, &store, NULL) == 0);
        CHECK_INT(matrix_load(store, SAMPLE_RUN, &matrix, NULL), -EUCLEAN);
    }
}

/* --- the index ---------------------------------------------------------------------------- */

/* All rows of all tables, one a line. */
static char *dump(const char *home)
{
    _cleanup_free_ char *path = path_join(home, "store.db");
    _cleanup_strv_ struct strv tables = {0};
    struct buffer text = {0};
    sqlite3 *db = NULL;

    CU_ASSERT_FATAL(sqlite3_open(path, &db) == SQLITE_OK);
    list(db,
         "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
         "ORDER BY name",
         NULL, &tables);
    for (size_t i = 0; i < tables.count; i++) {
        _cleanup_free_ char *query = text_format("SELECT * FROM %s", tables.items[i]);
        sqlite3_stmt *row = NULL;

        CU_ASSERT_FATAL(sqlite3_prepare_v2(db, query, -1, &row, NULL) == SQLITE_OK);
        while (sqlite3_step(row) == SQLITE_ROW) {
            buffer_text(&text, tables.items[i]);
            for (int c = 0; c < sqlite3_column_count(row); c++)
                buffer_format(&text, "|%s",
                              sqlite3_column_type(row, c) == SQLITE_BLOB
                                  ? "blob"
                                  : (const char *)sqlite3_column_text(row, c));
            buffer_text(&text, "\n");
        }
        sqlite3_finalize(row);
    }
    sqlite3_close(db);
    return buffer_steal(&text);
}

static void load_and_close(const char *home)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_(matrix_done) struct matrix matrix = {0}, other = {0};

    CU_ASSERT_FATAL(store_open(home, &store, NULL) == 0);
    CHECK_INT(matrix_load(store, SAMPLE_RUN, &matrix, NULL), 0);
    CHECK_INT(matrix_load(store, "20260102-bbbbbb", &other, NULL), 0);
    CU_ASSERT(!is_told(store));
}

static void test_index(void)
{
    static const char *const changes[] = {
        "DROP TABLE index_version",
        "UPDATE index_version SET version = 0",
        "DROP TABLE verdict; DROP TABLE run_evidence; DROP TABLE attempt_evidence; "
        "DROP TABLE evidence; DROP TABLE finding; DROP TABLE observation; DROP TABLE case_result; "
        "DROP TABLE attempt; DROP TABLE cell; DROP TABLE run_index; DROP TABLE index_version",
    };
    _cleanup_folder_ char *home = home_with_sound();
    _cleanup_free_ char *before = NULL, *path = path_join(home, "store.db");

    load_and_close(home);
    before = dump(home);
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        _cleanup_free_ char *after = NULL;
        sqlite3 *db = NULL;

        CU_ASSERT_FATAL(sqlite3_open(path, &db) == SQLITE_OK);
        CHECK_INT(sqlite3_exec(db, changes[i], NULL, NULL, NULL), SQLITE_OK);
        sqlite3_close(db);
        load_and_close(home);
        after = dump(home);
        CHECK_TEXT(after, before);
    }
}

/* A verdict made by another version of the rules is computed again, and so is a missing one. */
static void test_rules(void)
{
    _cleanup_folder_ char *home = home_with_sound();
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_(indexed_cells_done) struct indexed_cells old = {0}, anew = {0};
    _cleanup_(matrix_done) struct matrix matrix = {0};
    _cleanup_free_ char *shown = NULL;
    struct cell_verdict rows[16];
    size_t count = 0;

    CU_ASSERT_FATAL(store_open(home, &store, NULL) == 0);
    CHECK_INT(store_read_index(store, SAMPLE_RUN, JUDGE_RULES, &old, NULL), 0);
    vec_foreach (cell, &old) {
        CU_ASSERT(cell->judged);
        cell->judgement.verdict = VERDICT_COMPATIBLE;
        rows[count++] = (struct cell_verdict){&cell->cell, &cell->judgement};
    }
    CHECK_INT(store_put_verdicts(store, SAMPLE_RUN, JUDGE_RULES - 1, rows, count, NULL), 0);
    CHECK_INT(matrix_load(store, SAMPLE_RUN, &matrix, NULL), 0);
    shown = shown_of(&matrix);
    CHECK_TEXT(shown, sound_shown);
    CHECK_INT(store_read_index(store, SAMPLE_RUN, JUDGE_RULES, &anew, NULL), 0);
    vec_foreach (cell, &anew)
        CU_ASSERT(cell->judged);
}

int main(void)
{
    CU_TestInfo tests[] = {{"sound", make_sound},
                           {"every table, column and row", test_every_row},
                           {"a lost blob", test_lost_blob},
                           {"the index made again", test_index},
                           {"rules of another version", test_rules},
                           CU_TEST_INFO_NULL};
    int code;

    /* Thousands of short-lived stores: in memory, if there is such a folder. */
    if (access("/dev/shm", W_OK) == 0)
        setenv("TMPDIR", "/dev/shm", 0);
    code = cunit_run("store_seal", tests);

    temp_folder_remove(&sound_home);
    buffer_done(&sound);
    free(sound_shown);
    return code;
}
