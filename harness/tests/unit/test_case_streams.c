/* SPDX-License-Identifier: Apache-2.0 */
/* cell/case_streams: a case whose output cannot be stored does not pass, and the party that is the
 * cause is named. */
#include <string.h>

#include "base/digest.h"
#include "base/path.h"
#include "bundle/bundle.h"
#include "cell/case_streams.h"
#include "cunit_run.h"
#include "job/limits.h"
#include "model/result.h"
#include "temp_folder.h"

enum how { STORED, NO_FOLDER, NO_ROOM };

static void keep_one(enum how how, struct case_result *row)
{
    static char text[] = "measured\n";
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_free_ char *path = path_join(home, "bundle");
    _cleanup_free_ char *evidence = text_format("%s.partial/evidence", path);
    _cleanup_(bundle_writer_free_cleanup) struct bundle_writer *writer = NULL;
    _cleanup_(result_free_cleanup) struct result *result = text_calloc(1, sizeof(*result));
    struct case_record record = {.out = {.data = text, .length = strlen(text)}};
    struct session session = {.result = result};

    result->outcome = STATUS_PASS;
    digest_of_memory(text, strlen(text), record.sha256[RECORD_STDOUT]);
    CU_ASSERT_FATAL(bundle_writer_new(path, &writer, NULL) == 0);
    session.bundle = writer;
    if (how == NO_FOLDER)
        CHECK_INT(path_remove_tree(evidence, NULL), 0);
    for (size_t i = 0; how == NO_ROOM && i < BUNDLE_EVIDENCE_COUNT; i++) {
        struct evidence *held = vec_add(&result->evidence);

        held->name = text_dup("stdout");
        held->case_id = text_dup("other");
    }
    row->id = text_dup("measures");
    row->status = STATUS_PASS;
    case_streams_keep(&session, row, &record);
}

static void test_party(void)
{
    static const struct {
        enum how how;
        enum status status;
        enum blame blame;
        const char *reason;
    } rows[] = {
        {STORED, STATUS_PASS, BLAME_NONE, NULL},
        {NO_FOLDER, STATUS_MISS, BLAME_HOST, "its output is not stored: cannot write"},
        {NO_ROOM, STATUS_ERROR, BLAME_SUITE, "print less"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(case_result_done) struct case_result row = {.judgeable = true};

        keep_one(rows[i].how, &row);
        CHECK_INT(row.status, rows[i].status);
        CHECK_INT(row.blame, rows[i].blame);
        if (rows[i].reason != NULL)
            CHECK_HAS(row.reason, rows[i].reason);
    }
}

/* The files of a case become evidence; a name never is a path, and what is left out is said. */
static void test_files(void)
{
    static const char collection[] =
        "5 2 0 0\na.txtXX11 1 0 0\n../\033[2J/a\nbY3 0 1 900\nbig0 0 6 1000\n";
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_free_ char *path = path_join(home, "bundle");
    _cleanup_(bundle_writer_free_cleanup) struct bundle_writer *writer = NULL;
    _cleanup_(result_free_cleanup) struct result *result = text_calloc(1, sizeof(*result));
    _cleanup_(case_record_done) struct case_record record = {0};
    _cleanup_(case_result_done) struct case_result row = {.status = STATUS_PASS};
    struct session session = {.result = result};

    result->outcome = STATUS_PASS;
    row.id = text_dup("measures");
    CU_ASSERT_FATAL(bundle_writer_new(path, &writer, NULL) == 0);
    session.bundle = writer;
    buffer_text(&record.report_text, "0 3 0 0\nabc");
    buffer_text(&record.artifacts_text, collection);
    CU_ASSERT_FATAL(collected_parse(&record.report_text, "report", &record.report, NULL) == 0);
    CU_ASSERT_FATAL(collected_parse(&record.artifacts_text, "artifacts", &record.artifacts, NULL) ==
                    0);
    case_streams_keep(&session, &row, &record);
    CHECK_INT(row.status, STATUS_PASS);
    CU_ASSERT_EQUAL_FATAL(result->evidence.count, 3);
    CHECK_TEXT(result->evidence.items[0].name, "report");
    CHECK_TEXT(result->evidence.items[1].name, "artifact/a.txt");
    CHECK_TEXT(result->evidence.items[2].name, "artifact/../\\x1b[2J/a\\x0ab");
    CU_ASSERT_EQUAL_FATAL(result->observations.count, 1);
    CHECK_TEXT(result->observations.items[0].key, "artifact.left_out");
    CHECK_TEXT(result->observations.items[0].value, "7 files, 1900 bytes");
    /* Artifacts of other cases have used up the space; the case still passes. */
    session.artifact_bytes = LIMIT_ARTIFACTS - 2;
    case_streams_keep(&session, &row, &record);
    CHECK_INT(row.status, STATUS_PASS);
    CHECK_INT(result->evidence.count, 5);
    CHECK_TEXT(result->observations.items[1].value, "8 files, 1901 bytes");
}

int main(void)
{
    CU_TestInfo tests[] = {{"party", test_party}, {"files", test_files}, CU_TEST_INFO_NULL};

    return cunit_run("case_streams", tests);
}
