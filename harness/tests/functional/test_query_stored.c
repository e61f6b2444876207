/* SPDX-License-Identifier: Apache-2.0 */
/* `runs --query` answers from what is stored of each run as it answers from the records; whatever
 * is edited in the store, or added to it, it gives no other answer than they do, or reports damage.
 */
#include <sqlite3.h>

#include "judge/runs.h"
#include "judge/select_runs.h"
#include "sample_days.h"
#include "store/seal.h"

#define OPEN_RUN "20260109-eeeeee"
#define DAMAGED "damaged"

static const char *const queries[] = {
    "status:fail",
    "not status:fail",
    "seq(status:pass status:fail)",
    "blame:product grade:emulated",
    "verdict:incompatible platform:kunpeng",
    "status:pass case:persist",
    "blame:product",
    "blame:host platform:phytium*",
    "item:install status!=pass",
    "seq(status:fail status:pass)",
    "seq(status:fail (status:fail or status:miss))",
    "seq(verdict:incompatible not verdict:incompatible)",
    "platform:x86 verdict:not-assessed",
    "attempts>1",
    "flaky:yes suite:redis",
    "condition:partial or condition:flaky",
    "grade:emulated image:a*",
    "arch:x86_64",
    "state:open platform:kunpeng",
};
/* FEW: so many of them are asked again and again. */
enum { QUERIES = sizeof(queries) / sizeof(queries[0]), FEW = 5 };

static void edit(const char *home, const char *sql)
{
    _cleanup_free_ char *path = path_join(home, "store.db");
    char *message = NULL;
    sqlite3 *db = NULL;

    CU_ASSERT_FATAL(sqlite3_open(path, &db) == SQLITE_OK);
    seal_register(db);
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK) {
        printf("\n%s: %s\n", sql, message);
        CU_FAIL("the edit is not SQL");
    }
    sqlite3_free(message);
    sqlite3_close(db);
}

static int64_t count_stored(const char *home)
{
    _cleanup_free_ char *path = path_join(home, "store.db");
    sqlite3_stmt *row = NULL;
    sqlite3 *db = NULL;
    int64_t count;

    CU_ASSERT_FATAL(sqlite3_open(path, &db) == SQLITE_OK);
    CU_ASSERT_FATAL(sqlite3_prepare_v2(db, "SELECT count(*) FROM run_columns", -1, &row, NULL) ==
                    SQLITE_OK);
    CU_ASSERT_FATAL(sqlite3_step(row) == SQLITE_ROW);
    count = sqlite3_column_int64(row, 0);
    sqlite3_finalize(row);
    sqlite3_close(db);
    return count;
}

static bool arch_of(void *input, const char *platform, enum arch *ret_arch)
{
    (void)input;
    *ret_arch = strcmp(platform, "x86") == 0 ? ARCH_X86_64 : ARCH_AARCH64;
    return true;
}

/* What `runs` does: the ids of the runs that a query selects, or "damaged". */
static char *select_by(const char *home, const char *text)
{
    const struct select_with with = {.now_ms = 1800000000000, .arch_of = arch_of};
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_(query_done) struct query query = {.root = QUERY_NONE};
    _cleanup_(listed_runs_done) struct listed_runs runs = {0};
    _cleanup_(selection_done) struct selection selection = {.query = NULL};
    _cleanup_buffer_ struct buffer ids = {0};
    bool damaged = false;

    CU_ASSERT_FATAL(query_parse(text, QUERY_RUNS, &query, NULL) == 0);
    if (store_open(home, &store, NULL) < 0 || runs_load(store, &runs, NULL) < 0)
        return text_dup(DAMAGED);
    select_runs(store, &query, &with, &runs, &selection);
    vec_foreach (run, &runs) {
        damaged = damaged || run->damage != NULL;
        if (selection_shows(&selection, (size_t)(run - runs.items)))
            buffer_format(&ids, "%s ", run->id);
    }
    return damaged ? text_dup(DAMAGED) : buffer_steal(&ids);
}

/* A query about a reason that no run has is answered from the records. */
static char *select_by_records(const char *home, const char *query)
{
    _cleanup_free_ char *text = text_format("(%s) or reason:no-such-reason", query);

    return select_by(home, text);
}

struct answers {
    char *of[QUERIES];
};

static void answers_done(struct answers *answers)
{
    for (size_t i = 0; i < QUERIES; i++)
        free(answers->of[i]);
}

static void ask(const char *home, char *(*by)(const char *home, const char *query), size_t count,
                struct answers *ret_answers)
{
    for (size_t i = 0; i < count; i++)
        ret_answers->of[i] = by(home, queries[i]);
}

/* may_fail: damage may be reported instead. */
static void check_same(const struct answers *found, const struct answers *wanted, bool may_fail,
                       const char *about)
{
    for (size_t i = 0; i < QUERIES && found->of[i] != NULL; i++) {
        bool same = strcmp(found->of[i], wanted->of[i]) == 0 ||
                    (may_fail && strcmp(found->of[i], DAMAGED) == 0);

        if (!same)
            printf("\n%s: %s: %s, not %s", about, queries[i], found->of[i], wanted->of[i]);
        CU_ASSERT(same);
    }
}

/* A run with a cell of every kind and several attempts, four days of another plan, and one that has
 * not ended. */
static char *make_home(void)
{
    struct store *store = NULL;
    char *home = sample_home(&store);

    sample_add_day(home, "20260105-aaaaaa", "a", 1, STATUS_PASS);
    sample_add_day(home, "20260106-bbbbbb", "a", 2, STATUS_FAIL);
    sample_add_day(home, "20260107-cccccc", "a", 3, STATUS_FAIL);
    sample_add_day(home, "20260108-dddddd", "a2", 4, STATUS_PASS);
    CU_ASSERT_FATAL(sample_add_run(store, OPEN_RUN, NULL) == 0);
    store_close(store);
    return home;
}

enum { ENDED_RUNS = 5 };

static void test_same(void)
{
    _cleanup_folder_ char *home = make_home();
    _cleanup_(answers_done) struct answers records = {0}, first = {0}, stored = {0}, later = {0};
    bool differ = false;

    ask(home, select_by_records, QUERIES, &records);
    CHECK_INT(count_stored(home), 0);
    ask(home, select_by, QUERIES, &first);
    /* Not of the run that has not ended. */
    CHECK_INT(count_stored(home), ENDED_RUNS);
    ask(home, select_by, QUERIES, &stored);
    check_same(&first, &records, false, "first");
    check_same(&stored, &records, false, "stored");
    for (size_t i = 1; i < QUERIES; i++)
        differ = differ || strcmp(records.of[i], records.of[0]) != 0;
    CU_ASSERT(differ);
    /* The records are not read again. */
    edit(home, "UPDATE record SET zstd = zeroblob(100) WHERE run IN (SELECT run FROM run_columns)");
    ask(home, select_by, FEW, &later);
    check_same(&later, &stored, false, "without records");
}

static void test_edited(void)
{
    static const struct {
        const char *sql;
        bool may_fail;
    } rows[] = {
        {"UPDATE run_columns SET columns = zeroblob(length(columns))", false},
        {"UPDATE run_columns SET columns = x''", false},
        {"UPDATE run_columns SET columns = x'', digest = row_digest(run, judged, rules, x'')",
         false},
        {"UPDATE run_columns SET columns = zeroblob(9), digest = row_digest(run, judged, rules, "
         "zeroblob(9))",
         false},
        {"UPDATE run_columns SET columns = substr(columns, 1, length(columns) - 1), digest = "
         "row_digest(run, judged, rules, substr(columns, 1, length(columns) - 1))",
         false},
        /* another run's */
        {"UPDATE run_columns SET columns = (SELECT columns FROM run_columns b WHERE b.run = "
         "(SELECT "
         "max(run) FROM run_columns))",
         false},
        {"UPDATE run_columns SET (columns, digest) = (SELECT columns, digest FROM run_columns b "
         "WHERE b.run = (SELECT max(run) FROM run_columns))",
         false},
        {"UPDATE run_columns SET (columns, judged, digest) = (SELECT columns, judged, digest FROM "
         "run_columns b WHERE b.run = (SELECT max(run) FROM run_columns))",
         false},
        {"UPDATE run_columns SET judged = ''", false},
        {"UPDATE run_columns SET rules = rules + 1", false},
        {"UPDATE run_columns SET rules = rules - 1, digest = row_digest(run, judged, rules - 1, "
         "columns)",
         false},
        {"UPDATE run_columns SET digest = ''", false},
        {"UPDATE run_columns SET digest = judged", false},
        {"DELETE FROM run_columns", false},
        /* what they were made of */
        {"UPDATE verdict SET verdict = 'compatible', blame = 'none'", true},
        {"DELETE FROM verdict", true},
        {"UPDATE case_result SET status = 'PASS'", true},
        {"UPDATE cell SET grade = 'native'", true},
        {"UPDATE record SET zstd = zeroblob(100)", true},
        {"DELETE FROM record WHERE place = 3", true},
        {"UPDATE run_index SET chain = cells", true},
        {"UPDATE run_index SET cells = blobs", true},
        {"UPDATE run_index SET label = 'x'", true},
        {"UPDATE run SET chain = seal", true},
        {"UPDATE run SET state = 'open'", true},
        {"DELETE FROM run_columns; UPDATE verdict SET verdict = 'compatible', blame = 'none'",
         true},
        {"DELETE FROM run_columns; UPDATE record SET zstd = zeroblob(100)", true},
        {"DELETE FROM run_columns; UPDATE cell SET grade = 'native'", true},
        {"UPDATE run_columns SET digest = ''; UPDATE verdict SET blame = 'none'", true},
    };

    _cleanup_folder_ char *whole = make_home();
    _cleanup_(answers_done) struct answers before = {0};

    ask(whole, select_by, FEW, &before);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_folder_ char *home = rows[i].may_fail ? make_home() : NULL;
        const char *edited = rows[i].may_fail ? home : whole;
        _cleanup_(answers_done) struct answers first = {0}, after = {0};

        if (rows[i].may_fail)
            ask(home, select_by, 1, &first);
        edit(edited, rows[i].sql);
        ask(edited, select_by, FEW, &after);
        check_same(&after, &before, rows[i].may_fail, rows[i].sql);
        /* What was not believed was made again. */
        if (!rows[i].may_fail)
            CHECK_INT(count_stored(edited), ENDED_RUNS);
    }
}

/* A result that arrives after the run ended: a cell that never ran fails. */
static void test_added(void)
{
    _cleanup_folder_ char *home = make_home(), *work = temp_folder_new();
    _cleanup_result_ struct result *result = sample_result("20260105-aaaaaa", "a", "phytium");
    _cleanup_(answers_done) struct answers before = {0}, after = {0}, records = {0}, stored = {0};
    struct store *store = NULL;

    ask(home, select_by, FEW, &before);
    CU_ASSERT_FATAL(store_open(home, &store, NULL) == 0);
    CHECK_INT(sample_merge(store, work, result, NULL), 0);
    store_close(store);
    ask(home, select_by_records, FEW, &records);
    ask(home, select_by, FEW, &after);
    ask(home, select_by, FEW, &stored);
    CU_ASSERT(strcmp(before.of[0], records.of[0]) != 0);
    check_same(&after, &records, false, "after");
    check_same(&stored, &records, false, "stored");
}

/* A verdict for which evidence is missing is not stored: the evidence may come back. */
static void test_evidence(void)
{
    _cleanup_folder_ char *home = make_home();
    _cleanup_free_ char *evidence = path_join(home, "evidence"), *away = path_join(home, "away");
    _cleanup_(answers_done) struct answers lost = {0}, whole = {0}, records = {0};
    int64_t stored;

    CU_ASSERT_FATAL(rename(evidence, away) == 0);
    ask(home, select_by, FEW, &lost);
    stored = count_stored(home);
    CU_ASSERT_FATAL(rename(away, evidence) == 0);
    ask(home, select_by, FEW, &whole);
    ask(home, select_by_records, FEW, &records);
    CU_ASSERT(stored < ENDED_RUNS);
    CHECK_INT(count_stored(home), ENDED_RUNS);
    check_same(&whole, &records, false, "evidence is back");
}

int main(void)
{
    CU_TestInfo tests[] = {{"same", test_same},
                           {"edited", test_edited},
                           {"added", test_added},
                           {"evidence", test_evidence},
                           CU_TEST_INFO_NULL};

    return cunit_run("query_stored", tests);
}
