/* SPDX-License-Identifier: Apache-2.0 */
/* What a worker had recorded when it died is in the store afterwards: real journals, killed
 * writers. */
#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run/lost_worker.h"
#include "run/merge.h"
#include "run/recover.h"
#include "run/schedule.h"
#include "run/worker.h"
#include "sample_store.h"

static const char *home;

static char *make_suite(const char *folder)
{
    static const char xml[] =
        "<suite name=\"redis\"><title>T</title><vendor>V</vendor><product>P</product>"
        "<case id=\"first\" item=\"function\"><title>C</title></case>"
        "<case id=\"second\" item=\"function\"><title>C</title></case>"
        "<case id=\"third\" item=\"function\"><title>C</title></case></suite>";
    static const char *const scripts[] = {"first", "second", "third"};
    char *suite = path_join(folder, "redis");
    _cleanup_free_ char *cases = path_join(suite, "cases"), *file = path_join(suite, "suite.xml");

    CHECK_INT(path_make_folders(cases, false, NULL), 0);
    CHECK_INT(path_write_atomic(file, xml, strlen(xml), NULL), 0);
    for (size_t i = 0; i < 3; i++) {
        _cleanup_free_ char *script = path_join(cases, scripts[i]);

        CHECK_INT(path_write_atomic(script, "#!/bin/sh\ntrue\n", 15, NULL), 0);
        CHECK_INT(chmod(script, 0755), 0);
    }
    return suite;
}

static void make_job(struct schedule *schedule, const char *folder, const char *suite)
{
    struct schedule_job *job = vec_add(&schedule->jobs);
    struct job *request = &job->request;
    _cleanup_free_ char *path = NULL;

    request->kind = JOB_CELL;
    request->run_id = text_dup(SAMPLE_RUN);
    request->job_id = text_dup("cell.a.kunpeng.redis");
    request->attempt = 1;
    request->image = text_dup("a");
    request->platform = text_dup("kunpeng");
    request->suite = text_dup("redis");
    request->suite_folder = text_dup(suite);
    request->image_file = text_dup("/i.xml");
    request->platform_file = text_dup("/p.xml");
    request->features_file = text_dup("/f.xml");
    request->accel = ACCEL_TCG;
    request->time_scale = 10;
    request->memory_mib = 512;
    request->nonce = text_dup("00112233aabbccdd");
    job->name = text_dup("a kunpeng redis");
    job->folder = text_format("%s/jobs/cell.a.kunpeng.redis/1", folder);
    request->bundle = path_join(job->folder, "bundle");
    job->after = SCHEDULE_AFTER_NONE;
    CHECK_INT(path_make_folders(job->folder, false, NULL), 0);
    path = path_join(job->folder, "job.json");
    CHECK_INT(job_write(request, path, NULL), 0);
}

static void expect(struct result *result, const char *id)
{
    struct case_result *row = sample_case(result, id, ITEM_FUNCTION, true, STATUS_MISS);

    row->blame = BLAME_HARNESS;
    row->started = false;
    row->reason = text_dup("not run");
    row->exit_code = -1;
}

/* A worker: the first case fails, the second one is running when it is killed, with a piece of
 * evidence that has no row yet. */
static void work(const struct schedule_job *job, int signal)
{
    struct bundle_writer *writer = NULL;
    struct result *result = sample_cell(SAMPLE_RUN, "a", "kunpeng", "redis", 1);
    _cleanup_free_ char *folder = text_format("%s.work", job->request.bundle);
    _cleanup_free_ char *console = path_join(folder, "console");

    text_replace(&result->job_id, job->request.job_id);
    result->outcome = STATUS_MISS;
    result->blame = BLAME_HARNESS;
    expect(result, "first");
    expect(result, "second");
    expect(result, "third");
    if (bundle_writer_new(job->request.bundle, &writer, NULL) < 0 ||
        path_make_folders(folder, false, NULL) < 0 ||
        path_write_atomic(console, "last words\n", 11, NULL) < 0 ||
        bundle_note_result(writer, result, false, NULL) < 0 ||
        bundle_note_running(writer, "first", NULL) < 0)
        _exit(1);
    result->cases.items[0].status = STATUS_FAIL;
    result->cases.items[0].blame = BLAME_PRODUCT;
    result->cases.items[0].started = true;
    text_replace(&result->cases.items[0].reason, "exit code 1");
    result_add_observation(result, "first", "colour", "green", NULL);
    if (bundle_add_evidence_memory(writer, result, "first", "stdout", "no\n", 3, 100, NULL) < 0 ||
        bundle_note_running(writer, NULL, NULL) < 0 ||
        bundle_note_result(writer, result, true, NULL) < 0 ||
        bundle_note_running(writer, "second", NULL) < 0 ||
        bundle_add_evidence_memory(writer, result, "second", "stdout", "half", 4, 100, NULL) < 0)
        _exit(1);
    kill(getpid(), signal);
    _exit(2);
}

static void run_worker(const struct schedule_job *job, int signal)
{
    pid_t pid = fork();
    int status = 0;

    if (pid == 0)
        work(job, signal);
    CHECK_INT(waitpid(pid, &status, 0), pid);
    CHECK_INT(WIFSIGNALED(status) ? WTERMSIG(status) : -WEXITSTATUS(status), signal);
}

static void check_attempt(struct store *store, enum blame blame, const char *why)
{
    _cleanup_result_ struct result *back = NULL;
    _cleanup_error_ struct error *err = NULL;
    struct case_result *rows;

    CHECK_INT(store_read_result(store, SAMPLE_RUN, "cell.a.kunpeng.redis", 1, &back, &err), 0);
    CHECK_TEXT(error_message(err), "no error");
    if (back == NULL || back->cases.count != 3)
        return;
    rows = back->cases.items;
    CHECK_INT(back->outcome, STATUS_MISS);
    CHECK_INT(back->blame, blame);
    CHECK_HAS(back->reason, why);
    CHECK_INT(rows[0].status, STATUS_FAIL);
    CHECK_INT(rows[0].blame, BLAME_PRODUCT);
    CHECK_TEXT(rows[0].reason, "exit code 1");
    CHECK_INT(rows[1].status, STATUS_MISS);
    CHECK_INT(rows[1].blame, blame);
    CHECK_INT(rows[1].started, true);
    CHECK_HAS(rows[1].reason, "while this case ran");
    CHECK_INT(rows[2].status, STATUS_MISS);
    CHECK_INT(rows[2].started, false);
    CHECK_HAS(rows[2].reason, "not run");
    CHECK_INT(back->observations.count, 1);
    CHECK_INT(back->identity_measured, true);
    CHECK_INT(back->evidence.count, 2); /* that of the case, and the console from the work folder */
}

static void check_nothing_unfinished(const struct schedule_job *job)
{
    static const char *const endings[] = {".partial", ".journal", ".running", ".work"};

    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        _cleanup_free_ char *path = text_format("%s%s", job->request.bundle, endings[i]);

        CHECK_INT(path_exists(path), false);
    }
}

struct lab {
    char *folder, *suite;
    struct store *store;
    struct schedule schedule;
};

static struct schedule_job *open_lab(struct lab *lab, const char *name)
{
    *lab = (struct lab){.folder = path_join(home, name)};
    CHECK_INT(path_make_folders(lab->folder, false, NULL), 0);
    lab->suite = make_suite(lab->folder);
    CHECK_INT(store_open(lab->folder, &lab->store, NULL), 0);
    CHECK_INT(sample_add_run(lab->store, SAMPLE_RUN, NULL), 0);
    make_job(&lab->schedule, lab->folder, lab->suite);
    return &lab->schedule.jobs.items[0];
}

static void close_lab(struct lab *lab)
{
    schedule_done(&lab->schedule);
    store_close(lab->store);
    free(lab->suite);
    free(lab->folder);
}

/* The controller survives: it knows how the worker ended. */
static void test_worker_dies(void)
{
    static const struct {
        const char *name;
        int signal;
        struct worker_end end;
        enum blame blame;
        const char *why;
    } rows[] = {
        {"killed", SIGKILL, {false, false, SIGKILL}, BLAME_HARNESS, "killed by signal 9"},
        {"job-killed", SIGKILL, {true, false, 128 + SIGKILL}, BLAME_HARNESS, "killed by signal 9"},
        {"crash", SIGKILL, {true, false, 128 + SIGSEGV}, BLAME_PRODUCT, "crashed with signal 11"},
        {"abort", SIGKILL, {true, false, 128 + SIGABRT}, BLAME_PRODUCT, "crashed with signal 6"},
        {"late", SIGKILL, {false, true, SIGKILL}, BLAME_HARNESS, "exceeded its time limit"},
        {"exit", SIGKILL, {true, false, 74}, BLAME_HARNESS, "code 74"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_error_ struct error *err = NULL;
        struct lab lab;
        struct schedule_job *job = open_lab(&lab, rows[i].name);

        run_worker(job, rows[i].signal);
        CHECK_INT(merge_job(lab.store, job, &rows[i].end, NULL, &err), 0);
        CHECK_TEXT(error_message(err), "no error");
        check_attempt(lab.store, rows[i].blame, rows[i].why);
        CHECK_INT(recover_clear(job->request.bundle, NULL), 0);
        check_nothing_unfinished(job);
        close_lab(&lab);
    }
}

/* A damaged journal gives no results, and does not disturb the run. */
static void test_damaged(void)
{
    static const struct {
        const char *name, *ending;
        bool evidence;
        const char *bytes; /* NULL: its first two */
    } rows[] = {{"journal-cut", ".journal", false, NULL},
                {"evidence-cut", ".partial/evidence", true, NULL},
                {"evidence-forged", ".partial/evidence", true, "NO\n"}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        static const struct worker_end end = {false, false, SIGKILL};
        _cleanup_error_ struct error *err = NULL;
        _cleanup_result_ struct result *back = NULL;
        _cleanup_free_ char *path = NULL;
        char sha256[DIGEST_TEXT_SIZE];
        struct lab lab;
        struct schedule_job *job = open_lab(&lab, rows[i].name);

        run_worker(job, SIGKILL);
        digest_of_memory("no\n", 3, sha256);
        path = rows[i].evidence
                   ? text_format("%s%s/%s", job->request.bundle, rows[i].ending, sha256)
                   : text_format("%s%s", job->request.bundle, rows[i].ending);
        CHECK_INT(rows[i].bytes == NULL
                      ? truncate(path, 2)
                      : path_write_atomic(path, rows[i].bytes, strlen(rows[i].bytes), NULL),
                  0);
        CHECK_INT(merge_job(lab.store, job, &end, NULL, &err), 0);
        CHECK_TEXT(error_message(err), "no error");
        CHECK_INT(store_read_result(lab.store, SAMPLE_RUN, job->request.job_id, 1, &back, NULL), 0);
        if (back != NULL) {
            CHECK_INT(back->cases.count, 3);
            CHECK_INT(back->cases.items[0].status, STATUS_MISS);
            CHECK_HAS(back->reason, "killed by signal 9");
        }
        CHECK_INT(recover_clear(job->request.bundle, NULL), 0);
        check_nothing_unfinished(job);
        close_lab(&lab);
    }
}

/* Evidence of a finished bundle whose content was changed, or that is not a file, is rejected when
 * merged. */
static void test_altered(void)
{
    static const struct worker_end end = {true, false, 0};
    static const char *const rows[] = {"other-bytes", "other-size", "link", "whole"};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bool whole = strcmp(rows[i], "whole") == 0;
        _cleanup_result_ struct result *result = sample_result(SAMPLE_RUN, "a", "kunpeng");
        _cleanup_result_ struct result *back = NULL;
        _cleanup_error_ struct error *err = NULL;
        _cleanup_free_ char *path = NULL, *refused = NULL;
        struct lab lab;
        struct schedule_job *job = open_lab(&lab, rows[i]);

        text_replace(&result->job_id, job->request.job_id);
        CHECK_INT(sample_bundle(result, job->request.bundle, NULL), 0);
        path = bundle_evidence_path(job->request.bundle, result->evidence.items[0].sha256);
        refused = text_format("%s.refused", job->request.bundle);
        if (!whole) {
            CHECK_INT(unlink(path), 0);
            if (strcmp(rows[i], "link") == 0)
                CHECK_INT(symlink("/etc/passwd", path), 0);
            else
                CHECK_INT(path_write_atomic(path, "forged evidence!",
                                            result->evidence.items[0].size -
                                                (strcmp(rows[i], "other-size") == 0),
                                            NULL),
                          0);
        }
        CHECK_INT(merge_job(lab.store, job, &end, NULL, &err), 0);
        CHECK_TEXT(error_message(err), "no error");
        CHECK_INT(path_exists(refused), !whole);
        CHECK_INT(store_read_result(lab.store, SAMPLE_RUN, job->request.job_id, 1, &back, NULL), 0);
        if (back != NULL) {
            CHECK_INT(back->outcome, whole ? STATUS_PASS : STATUS_MISS);
            CHECK_INT(back->blame, whole ? BLAME_NONE : BLAME_HARNESS);
        }
        close_lab(&lab);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"a worker that dies loses the case in flight", test_worker_dies},
                           {"a damaged journal", test_damaged},
                           {"a bundle that was altered", test_altered},
                           CU_TEST_INFO_NULL};
    _cleanup_folder_ char *folder = temp_folder_new();

    home = folder;
    return cunit_run("nothing_lost", tests);
}
