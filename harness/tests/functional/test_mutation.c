/* SPDX-License-Identifier: Apache-2.0 */
/* A stored run that the gate passes is broken in twelve ways, three times each: it was made
 * differently, or its store was edited afterwards. The gate must pass none of them. */
#include <sqlite3.h>
#include <zstd.h>

#include "model/signature.h"
#include "run_touchstone.h"
#include "sample_gate.h"

enum kind {
    DROP_CELL,
    DROP_CASE,
    SWAP_DIGEST,
    SHORTEN_SCOPE,
    EXPIRE_WAIVER,
    FAIL_TO_SKIP,
    LOWER_GRADE,
    DUPLICATE_ATTEMPT,
    CHANGE_RECORD,
    EDIT_INDEX,
    REPLAY_RESULT,
    RENAME_PLATFORM,
    KIND_COUNT
};

#define OTHER "20260102-cccccc"
#define WAIVER(platform, signature, until)                                                         \
    "<waivers><waiver platform=\"" platform                                                        \
    "\" suite=\"probe\" case=\"two\" signature=\"" signature "\" until=\"" until                   \
    "\" owner=\"x\">y</waiver></waivers>\n"
/* Of case two as sample_gate.h lets it fail; test_waiver compares it. */
#define SIGNATURE "@@@@@@@@@@@@@@@@"

/* In SQL, {} is the row of the run under test, and {2} the record of its second cell. */
struct mutation {
    enum kind kind;
    const char *name;
    struct sample sample;  /* how the run is made; a status of 0 is read as PASS */
    const char *sql;       /* NULL: the store is not edited */
    const char *from, *to; /* in the text of that record; NULL: it is not edited */
    bool sealed;           /* the edited record gets the digest of its text, and so does its row */
    const char *waivers;   /* the file, instead of one that lets the failure pass */
};

static const struct mutation mutations[] = {
    {DROP_CELL, "not planned", {.without_cell = true}, .sql = NULL},
    {DROP_CELL, "its row is deleted", .sql = "DELETE FROM cell WHERE run = {} AND place = 1"},
    {DROP_CELL, "its attempt is deleted",
     .sql = "DELETE FROM attempt WHERE run = {} AND platform = 'phytium'"},

    {DROP_CASE, "not in the suite", {.without_case = true}, .sql = NULL},
    {DROP_CASE, "renamed in the record", .from = "\"two\"", .to = "\"owt\""},
    {DROP_CASE, "renamed in a sealed record", .from = "\"two\"", .to = "\"owt\"", .sealed = true},

    {SWAP_DIGEST, "of records",
     .sql = "UPDATE attempt SET sha256 = (SELECT sha256 FROM attempt b WHERE b.run = {} AND "
            "b.platform = 'kunpeng') WHERE run = {} AND platform = 'phytium'"},
    {SWAP_DIGEST, "of evidence", .sql = "UPDATE evidence SET sha256 = replace(sha256, 'a', 'b')"},
    {SWAP_DIGEST, "of the run", .sql = "UPDATE run SET chain = seal WHERE run = {}"},

    {SHORTEN_SCOPE, "left out of the plan", {.left_out = true}, .sql = NULL},
    {SHORTEN_SCOPE,
     "the failing case is optional now",
     {.status = STATUS_FAIL, .optional = true},
     .sql = NULL},
    {SHORTEN_SCOPE, "in the verdict", .sql = "UPDATE verdict SET total = 1, defined = 1"},

    {EXPIRE_WAIVER,
     "its last day is over",
     {.status = STATUS_FAIL},
     .waivers = WAIVER("*", SIGNATURE, "2020-01-01")},
    {EXPIRE_WAIVER,
     "of another failure",
     {.status = STATUS_FAIL},
     .waivers = WAIVER("*", "0123456789abcdef", "2099-01-01")},
    {EXPIRE_WAIVER,
     "of another platform",
     {.status = STATUS_FAIL},
     .waivers = WAIVER("kunpeng", SIGNATURE, "2099-01-01")},

    {FAIL_TO_SKIP, "by the suite", {.status = STATUS_SKIP}, .sql = NULL},
    {FAIL_TO_SKIP,
     "in the record",
     {.status = STATUS_FAIL},
     .from = "\"FAIL\"",
     .to = "\"SKIP\"",
     .waivers = "<waivers/>"},
    {FAIL_TO_SKIP,
     "in a sealed record",
     {.status = STATUS_FAIL},
     .from = "\"FAIL\"",
     .to = "\"SKIP\"",
     .sealed = true,
     .waivers = "<waivers/>"},

    {LOWER_GRADE, "it did not run", {.without_attempt = true}, .sql = NULL},
    {LOWER_GRADE, "in the row",
     .sql = "UPDATE cell SET grade = 'none' WHERE run = {} AND place = 0"},
    {LOWER_GRADE, "in the record", .from = "\"emulated\"", .to = "\"none\"", .sealed = true},

    {DUPLICATE_ATTEMPT, "in the row", .sql = "UPDATE cell SET attempts = 2 WHERE run = {}"},
    {DUPLICATE_ATTEMPT, "of the attempt",
     .sql = "INSERT INTO attempt SELECT 99, run, cell, sha256, job, 2, kind, image, platform, "
            "suite, grade, accel, started_ms, ended_ms, outcome, blame, signature, outcomes FROM attempt "
            "WHERE run = {} AND platform = 'phytium'"},
    {DUPLICATE_ATTEMPT, "of the record",
     .sql = "INSERT INTO record SELECT 99, run, 9, upper(sha256), size, zstd FROM record WHERE run "
            "= {} AND place = {2}"},

    {CHANGE_RECORD, "its bytes", .sql = "UPDATE record SET zstd = zeroblob(100) WHERE run = {}"},
    {CHANGE_RECORD, "its text", .from = "\"one\"", .to = "\"eno\""},
    {CHANGE_RECORD, "of the plan", .sql = "DELETE FROM record WHERE run = {} AND place = 0"},

    {EDIT_INDEX, "a verdict", .sql = "UPDATE verdict SET rule = 3"},
    {EDIT_INDEX, "a reason", .sql = "UPDATE verdict SET reason = 'approved'"},
    {EDIT_INDEX, "the sums", .sql = "UPDATE run_index SET cells = blobs WHERE run = {}"},

    {REPLAY_RESULT, "the row of another run's attempt",
     .sql = "UPDATE attempt SET sha256 = (SELECT sha256 FROM attempt b WHERE b.run != {} AND "
            "b.platform = 'phytium') WHERE run = {} AND platform = 'phytium'"},
    {REPLAY_RESULT, "the record of another run",
     .sql = "UPDATE record SET zstd = (SELECT zstd FROM record b WHERE b.run != {} AND b.place = "
            "{2}) WHERE run = {} AND place = {2}"},
    {REPLAY_RESULT, "another run under its name",
     .sql = "UPDATE run SET id = '" OTHER "' WHERE run = {}; "
            "UPDATE run SET id = '" RUN "' WHERE run != {}"},

    {RENAME_PLATFORM, "in the plan", {.second = "hygon"}, .sql = NULL},
    {RENAME_PLATFORM, "in the row",
     .sql = "UPDATE cell SET platform = 'hygon' WHERE run = {} AND place = 1"},
    {RENAME_PLATFORM, "in a sealed record", .from = "\"phytium\"", .to = "\"hygon\"",
     .sealed = true},
};

static void execute(sqlite3 *db, const char *sql)
{
    struct buffer text = {0};
    char *message = NULL;

    for (const char *at = sql; *at != '\0'; at++)
        if (text_starts(at, "{}")) {
            buffer_text(&text, "(SELECT max(run) FROM run_index)");
            at++;
        } else if (text_starts(at, "{2}")) {
            buffer_text(&text, "(SELECT max(place) FROM record WHERE run = 1)");
            at += 2;
        } else
            buffer_add(&text, at, 1);
    if (sqlite3_exec(db, text.data, NULL, NULL, &message) != SQLITE_OK) {
        printf("\n%s: %s\n", text.data, message);
        CU_FAIL("the edit is not SQL");
    }
    sqlite3_free(message);
    buffer_done(&text);
}

static char *read_record(sqlite3 *db, int64_t *ret_record)
{
    sqlite3_stmt *row = NULL;
    char *text;

    CU_ASSERT_FATAL(sqlite3_prepare_v2(db,
                                       "SELECT record, size, zstd FROM record WHERE run = (SELECT "
                                       "max(run) FROM run_index) ORDER BY place DESC LIMIT 1",
                                       -1, &row, NULL) == SQLITE_OK);
    CU_ASSERT_FATAL(sqlite3_step(row) == SQLITE_ROW);
    *ret_record = sqlite3_column_int64(row, 0);
    text = text_calloc(1, (size_t)sqlite3_column_int64(row, 1) + 1);
    CU_ASSERT_FATAL(!ZSTD_isError(ZSTD_decompress(text, (size_t)sqlite3_column_int64(row, 1),
                                                  sqlite3_column_blob(row, 2),
                                                  (size_t)sqlite3_column_bytes(row, 2))));
    sqlite3_finalize(row);
    return text;
}

/* Replaces every occurrence. */
static char *replaced(const char *text, const char *from, const char *to)
{
    struct buffer out = {0};
    const char *at;

    CU_ASSERT_FATAL(strstr(text, from) != NULL);
    for (; (at = strstr(text, from)) != NULL; text = at + strlen(from)) {
        buffer_add(&out, text, (size_t)(at - text));
        buffer_text(&out, to);
    }
    buffer_text(&out, text);
    return buffer_steal(&out);
}

static void edit_record(sqlite3 *db, const struct mutation *how)
{
    int64_t record = 0;
    _cleanup_free_ char *before = read_record(db, &record);
    _cleanup_free_ char *after = replaced(before, how->from, how->to);
    size_t bound = ZSTD_compressBound(strlen(after));
    _cleanup_free_ void *zstd = text_calloc(1, bound);
    size_t size = ZSTD_compress(zstd, bound, after, strlen(after), 3);
    char old[DIGEST_TEXT_SIZE], new[DIGEST_TEXT_SIZE];
    sqlite3_stmt *row = NULL;

    digest_of_memory(before, strlen(before), old);
    digest_of_memory(after, strlen(after), new);
    CU_ASSERT_FATAL(sqlite3_prepare_v2(db,
                                       "UPDATE record SET zstd = ?, size = ?, sha256 = ? WHERE "
                                       "record = ?",
                                       -1, &row, NULL) == SQLITE_OK);
    sqlite3_bind_blob(row, 1, zstd, (int)size, SQLITE_STATIC);
    sqlite3_bind_int64(row, 2, (int64_t)strlen(after));
    sqlite3_bind_text(row, 3, how->sealed ? new : old, -1, SQLITE_STATIC);
    sqlite3_bind_int64(row, 4, record);
    CU_ASSERT_FATAL(sqlite3_step(row) == SQLITE_DONE);
    sqlite3_finalize(row);
    if (how->sealed) {
        _cleanup_free_ char *sql =
            text_format("UPDATE attempt SET sha256 = '%s' WHERE sha256 = '%s'", new, old);

        execute(db, sql);
    }
}

static void write_waivers(const char *path, const char *text)
{
    _cleanup_free_ char *file = NULL;
    char signature[SIGNATURE_TEXT_SIZE];

    failure_signature("two", STATUS_FAIL, BLAME_PRODUCT, "it broke", signature);
    file = strstr(text, SIGNATURE) != NULL ? replaced(text, SIGNATURE, signature) : text_dup(text);
    CU_ASSERT_FATAL(path_write_atomic(path, file, strlen(file), NULL) == 0);
}

static int gate(const char *home, const char *waivers)
{
    const char *words[] = {"gate", RUN, "--baseline", BASELINE, "--waivers", waivers, NULL};
    _cleanup_free_ char *out = NULL, *err = NULL;

    return run_touchstone(home, words, &out, &err);
}

/* What is broken must have been accepted before: the run as it should be, with a waiver of its
 * failure if it has one. */
static void check_before(const char *home, const struct mutation *how, const char *waivers)
{
    write_waivers(waivers, WAIVER("*", SIGNATURE, "2099-01-01"));
    if (how->sql != NULL || how->from != NULL || how->waivers != NULL)
        CHECK_INT(gate(home, waivers), 0);
}

static bool is_caught(const struct mutation *how)
{
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_free_ char *path = path_join(home, "store.db");
    _cleanup_free_ char *waivers = path_join(home, "waivers.xml");
    struct sample sample = how->sample;
    sqlite3 *db = NULL;
    int code;

    if (sample.status == STATUS_SKIP && how->kind != FAIL_TO_SKIP)
        sample.status = STATUS_PASS;
    add_run(home, BASELINE, &whole);
    add_run(home, RUN, &sample);
    check_before(home, how, waivers);
    CU_ASSERT_FATAL(sqlite3_open(path, &db) == SQLITE_OK);
    if (how->sql != NULL)
        execute(db, how->sql);
    if (how->from != NULL)
        edit_record(db, how);
    sqlite3_close(db);
    if (how->waivers != NULL)
        write_waivers(waivers, how->waivers);
    code = gate(home, waivers);
    /* Refused, not assessed, partial or damaged; not a mistake of this test. */
    return code == 1 || code == 2 || code == 5 || code == 74;
}

static void test_all(void)
{
    unsigned counts[KIND_COUNT] = {0}, caught = 0, count = sizeof(mutations) / sizeof(mutations[0]);

    for (unsigned i = 0; i < count; i++) {
        bool good = is_caught(&mutations[i]);

        counts[mutations[i].kind]++;
        caught += good;
        if (!good)
            printf("\nnot caught: kind %d, %s\n", mutations[i].kind, mutations[i].name);
    }
    for (int kind = 0; kind < KIND_COUNT; kind++)
        CHECK_INT(counts[kind], 3);
    printf(" %u of %u caught ...", caught, count);
    CHECK_INT(caught, 36);
}

/* The program itself does not take what belongs to another run, or a second result in its place. */
static void test_merge(void)
{
    _cleanup_folder_ char *home = temp_folder_new(), *work = temp_folder_new();
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_result_ struct result *again = sample_cell(RUN, "a", "phytium", "probe", 1);
    _cleanup_result_ struct result *unplanned = sample_cell(RUN, "a", "hygon", "probe", 1);

    add_run(home, RUN, &whole);
    CU_ASSERT_FATAL(store_open(home, &store, NULL) == 0);
    sample_case(again, "one", ITEM_FUNCTION, true, STATUS_PASS);
    sample_case(unplanned, "one", ITEM_FUNCTION, true, STATUS_PASS);
    CHECK_INT(sample_merge(store, work, again, NULL), -EEXIST);
    CHECK_INT(sample_merge(store, work, unplanned, NULL), -EBADMSG);
}

int main(void)
{
    CU_TestInfo tests[] = {{"all", test_all}, {"merge", test_merge}, CU_TEST_INFO_NULL};

    return cunit_run("mutation", tests);
}
