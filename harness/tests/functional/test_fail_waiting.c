/* SPDX-License-Identifier: Apache-2.0 */
/* run/fail_waiting: which failures of a prepare job decide the cells that wait for it, and the
 * results they get. */
#include <sys/stat.h>

#include "run/fail_waiting.h"
#include "run/schedule.h"
#include "sample_store.h"

static const char *home;

static void name_request(struct job *request, enum job_kind kind, const char *job_id)
{
    request->kind = kind;
    request->run_id = text_dup(SAMPLE_RUN);
    request->job_id = text_dup(job_id);
    request->attempt = 1;
    request->image = text_dup("a");
    request->platform = text_dup("kunpeng");
    request->image_file = text_dup("/i.xml");
    request->platform_file = text_dup("/p.xml");
    request->features_file = text_dup("/f.xml");
    request->accel = ACCEL_TCG;
    request->accel_reason = text_dup("asked for");
    request->time_scale = 10;
    request->memory_mib = 512;
    request->connect = text_dup("qemu:///embed");
    request->nonce = text_dup("00112233aabbccdd");
}

static struct schedule_job *add(struct schedule *schedule, const char *folder, enum job_kind kind,
                                const char *job_id, int after)
{
    struct schedule_job *job = vec_add(&schedule->jobs);

    name_request(&job->request, kind, job_id);
    job->name = text_dup(job_id);
    job->folder = text_format("%s/%s", folder, job_id);
    job->request.bundle = path_join(job->folder, "bundle");
    job->after = after;
    return job;
}

/* A suite with one case for the job requests of cells. */
static char *make_suite(const char *folder)
{
    static const char xml[] = "<suite name=\"redis\"><title>T</title><vendor>V</vendor>"
                              "<product>P</product><case id=\"works\" item=\"function\">"
                              "<title>C</title></case></suite>";
    char *suite = path_join(folder, "redis");
    _cleanup_free_ char *cases = path_join(suite, "cases"), *file = path_join(suite, "suite.xml");
    _cleanup_free_ char *script = path_join(cases, "works");

    CHECK_INT(path_make_folders(cases, false, NULL), 0);
    CHECK_INT(path_write_atomic(file, xml, strlen(xml), NULL), 0);
    CHECK_INT(path_write_atomic(script, "#!/bin/sh\ntrue\n", 15, NULL), 0);
    CHECK_INT(chmod(script, 0755), 0);
    return suite;
}

/* Writes the bundle of a worker that prepared the guest. */
static void leave_bundle(const struct schedule_job *job, enum status outcome, enum blame blame,
                         bool entered)
{
    _cleanup_(bundle_writer_free_cleanup) struct bundle_writer *writer = NULL;
    _cleanup_result_ struct result *result = result_new();

    result->kind = JOB_PREPARE;
    result->run_id = text_dup(SAMPLE_RUN);
    result->job_id = text_dup(job->request.job_id);
    result->image = text_dup("a");
    result->platform = text_dup("kunpeng");
    result->grade = GRADE_EMULATED;
    result->accel = ACCEL_TCG;
    result->started_ms = 1790000000000;
    result->ended_ms = 1790000030000;
    result->outcome = outcome;
    result->blame = blame;
    result->reason = outcome == STATUS_PASS ? NULL : text_dup("the guest panicked");
    if (entered)
        result_add_observation(result, NULL, "boot.entry_method", "agent", NULL);
    CHECK_INT(path_make_folders(job->folder, false, NULL), 0);
    CHECK_INT(bundle_writer_new(job->request.bundle, &writer, NULL), 0);
    CHECK_INT(
        bundle_add_evidence_memory(writer, result, NULL, "console", "last words", 10, 4, NULL), 0);
    CHECK_INT(bundle_finish(writer, result, NULL), 0);
}

static void check_failed(struct store *store, const struct schedule_job *job)
{
    _cleanup_result_ struct result *back = NULL;
    _cleanup_error_ struct error *err = NULL;

    CHECK_HAS(job->not_run, "MISS (image): its guest could not be prepared: the guest panicked");
    CHECK_INT(store_read_result(store, SAMPLE_RUN, job->request.job_id, 1, &back, &err), 0);
    CHECK_TEXT(error_message(err), "no error");
    if (back == NULL)
        return;
    CHECK_INT(back->outcome, STATUS_MISS);
    CHECK_INT(back->blame, BLAME_IMAGE);
    CHECK_INT(back->grade, GRADE_EMULATED);
    CHECK_INT(back->identity_measured, false);
    CHECK_TEXT(back->prepared_by, SAMPLE_RUN "/prepare/1");
    CHECK_INT(back->cases.count, 1);
    CHECK_INT(back->cases.items[0].status, STATUS_MISS);
    CHECK_INT(back->cases.items[0].blame, BLAME_IMAGE);
    CHECK_INT(back->cases.items[0].started, false);
    CHECK_HAS(back->cases.items[0].reason, "not run: its guest could not be prepared");
    CHECK_INT(back->evidence.count, 1);
    CHECK_TEXT(back->evidence.items[0].name, "console");
    CHECK_INT(back->evidence.items[0].truncated, true);
}

static void test_which(void)
{
    static const struct {
        const char *what;
        enum status outcome;
        enum blame blame;
        bool entered, fails;
    } rows[] = {
        {"it is saved", STATUS_PASS, BLAME_NONE, true, false},
        {"it never came up", STATUS_MISS, BLAME_IMAGE, false, true},
        {"its services were late", STATUS_MISS, BLAME_IMAGE, true, false},
        {"it could not be saved", STATUS_MISS, BLAME_HOST, true, false},
        {"QEMU died in the boot", STATUS_MISS, BLAME_HOST, false, false},
        {"the worker was lost", STATUS_MISS, BLAME_HARNESS, false, false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_free_ char *folder = text_format("%s/%zu", home, i);
        _cleanup_free_ char *suite = NULL;
        _cleanup_(schedule_done) struct schedule schedule = {.parallel = 1};
        _cleanup_(store_close_cleanup) struct store *store = NULL;
        _cleanup_error_ struct error *err = NULL;

        CHECK_INT(path_make_folders(folder, false, NULL), 0);
        suite = make_suite(folder);
        CHECK_INT(store_open(folder, &store, NULL), 0);
        CHECK_INT(sample_add_run(store, SAMPLE_RUN, NULL), 0);
        add(&schedule, folder, JOB_PREPARE, "prepare", SCHEDULE_AFTER_NONE);
        add(&schedule, folder, JOB_CELL, "cell.a.kunpeng.redis", 0);
        add(&schedule, folder, JOB_CELL, "cell.a.phytium.redis", SCHEDULE_AFTER_NONE);
        vec_foreach (job, &schedule.jobs)
            if (job->request.kind == JOB_CELL) {
                job->request.suite = text_dup("redis");
                job->request.suite_folder = text_dup(suite);
            }
        leave_bundle(&schedule.jobs.items[0], rows[i].outcome, rows[i].blame, rows[i].entered);
        CHECK_INT(fail_waiting(store, &schedule, &schedule.jobs.items[0], &err), 0);
        CHECK_TEXT(error_message(err), "no error");
        if ((schedule.jobs.items[1].not_run != NULL) != rows[i].fails)
            printf("\n%s: not run %d, expected %d\n", rows[i].what,
                   schedule.jobs.items[1].not_run != NULL, rows[i].fails);
        CHECK_INT(schedule.jobs.items[1].not_run != NULL, rows[i].fails);
        CHECK_INT(path_exists(schedule.jobs.items[1].folder), rows[i].fails);
        if (rows[i].fails && schedule.jobs.items[1].not_run != NULL)
            check_failed(store, &schedule.jobs.items[1]);
        /* A job that does not wait for it is not affected. */
        CHECK_INT(schedule.jobs.items[2].not_run != NULL, false);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"which failures end those that wait", test_which}, CU_TEST_INFO_NULL};
    _cleanup_folder_ char *folder = temp_folder_new();

    home = folder;
    return cunit_run("fail_waiting", tests);
}
