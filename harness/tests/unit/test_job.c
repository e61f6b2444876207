/* SPDX-License-Identifier: Apache-2.0 */
/* job/job and job/event: what is written is read back, and damaged input is rejected by
 * name. */
#include <errno.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/path.h"
#include "base/text.h"
#include "cunit_run.h"
#include "job/event.h"
#include "job/job.h"

static struct job sample(void)
{
    struct job job = {.kind = JOB_CELL,
                      .attempt = 2,
                      .accel = ACCEL_TCG,
                      .cold = true,
                      .memory_mib = 1024,
                      .time_scale = 10,
                      .network = true};

    job.run_id = text_dup("20260101-aaaa");
    job.job_id = text_dup("cell-a-kunpeng-redis");
    job.image = text_dup("a");
    job.platform = text_dup("kunpeng");
    job.suite = text_dup("redis");
    job.image_file = text_dup("/x/a.xml");
    job.platform_file = text_dup("/x/kunpeng.xml");
    job.features_file = text_dup("/x/features.xml");
    job.suite_folder = text_dup("/x/redis");
    job.suite_sha256 = text_dup("00ff");
    job.library_file = text_dup("/x/touchstone.sh");
    job.bundle = text_dup("/x/bundle");
    job.nonce = text_dup("0123");
    strv_add(&job.items, "install");
    return job;
}

static void test_round_trip(void)
{
    _cleanup_(job_done) struct job job = sample();
    _cleanup_(job_done) struct job back = {0};
    char path[] = "/tmp/ts-job-XXXXXX";
    int fd = mkstemp(path);

    CU_ASSERT_FATAL(fd >= 0);
    close(fd);
    CHECK_INT(job_write(&job, path, NULL), 0);
    CHECK_INT(job_read(path, &back, NULL), 0);
    CHECK_TEXT(back.job_id, job.job_id);
    CHECK_TEXT(back.connect, NULL);
    CHECK_INT(back.attempt, 2);
    CHECK_INT(back.cold, 1);
    CHECK_INT(back.network, true);
    CHECK_TEXT(back.suite_sha256, "00ff");
    CHECK_TEXT(back.image_sha256, NULL);
    CHECK_TEXT(back.library_file, "/x/touchstone.sh");
    CHECK_TEXT(back.items.items[0], "install");
    unlink(path);
}

/* A job request of an older version has no digests. */
static void test_old(void)
{
    _cleanup_(job_done) struct job job = sample();
    _cleanup_(job_done) struct job back = {0};
    _cleanup_json_ json_t *root = NULL;
    char path[] = "/tmp/ts-job-XXXXXX";
    int fd = mkstemp(path);

    CU_ASSERT_FATAL(fd >= 0);
    close(fd);
    CHECK_INT(job_write(&job, path, NULL), 0);
    CHECK_INT(json_read_file(path, 1 << 20, &root, NULL), 0);
    json_object_del(root, "suite-sha256");
    json_object_del(root, "image-sha256");
    json_object_del(root, "network");
    CHECK_INT(json_write_file(root, path, NULL), 0);
    CHECK_INT(job_read(path, &back, NULL), 0);
    CHECK_INT(back.network, false);
    CHECK_TEXT(back.suite_sha256, NULL);
    CHECK_TEXT(back.suite_folder, "/x/redis");
    unlink(path);
}

static void test_damaged(void)
{
    static const struct {
        const char *from, *to, *message;
    } rows[] = {
        {"\"schema\": 1", "\"schema\": 9", "'schema' is 9"},
        {"\"kind\": \"cell\"", "\"kind\": \"sell\"", "'kind' is 'sell', not one of: prepare, cell"},
        {"\"accel\": \"tcg\"", "\"accel\": \"hax\"", "'accel' is 'hax', not one of: tcg, kvm"},
        {"\"install\"", "\"instal\"", "'items' holds 'instal'"},
        {"\"memory-mib\": 1024", "\"memory-mib\": 0", "'memory-mib' is 0"},
        {"\"suite\": \"redis\"", "\"suite\": null", "must name its suite"},
        {"\"nonce\": \"0123\"", "\"nonce\": 7", "'nonce' must be a string, found an integer"},
        {"}", "", "invalid JSON"},
    };
    _cleanup_(job_done) struct job job = sample();
    char path[] = "/tmp/ts-job-XXXXXX";
    int fd = mkstemp(path);

    CU_ASSERT_FATAL(fd >= 0);
    close(fd);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(job_done) struct job back = {0};
        _cleanup_error_ struct error *err = NULL;
        _cleanup_buffer_ struct buffer text = {0}, changed = {0};
        char *at;

        CHECK_INT(job_write(&job, path, NULL), 0);
        CHECK_INT(path_read(path, 1 << 16, &text, NULL), 0);
        at = strstr(text.data, rows[i].from);
        CU_ASSERT_PTR_NOT_NULL_FATAL(at);
        buffer_add(&changed, text.data, (size_t)(at - text.data));
        buffer_text(&changed, rows[i].to);
        buffer_text(&changed, at + strlen(rows[i].from));
        CHECK_INT(path_write_atomic(path, changed.data, changed.length, NULL), 0);
        CHECK_INT(job_read(path, &back, &err), -EBADMSG);
        CHECK_HAS(error_message(err), rows[i].message);
    }
    unlink(path);
}

static void test_events(void)
{
    static const char *const bad[] = {
        "",    "{}",   "{\"event\":\"case-end\"}",
        "[1]", "\xff", "{\"event\":\"no\",\"text\":\"a\",\"status\":\"\"}"};
    struct event event = {0};
    char line[4096];
    int fds[2];
    ssize_t got;

    CU_ASSERT_FATAL(pipe(fds) == 0);
    event_set_fd(fds[1]);
    event_case_end("persistence", 3, 5, "FAIL");
    got = read(fds[0], line, sizeof(line));
    CU_ASSERT_FATAL(got > 1 && line[got - 1] == '\n');
    CU_ASSERT(event_parse(line, (size_t)got - 1, &event));
    CHECK_INT(event.kind, EVENT_CASE_END);
    CHECK_TEXT(event.text, "persistence");
    CHECK_TEXT(event.status, "FAIL");
    CHECK_INT(event.number * 10 + event.total, 35);
    event_trouble("watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [sh:1]");
    got = read(fds[0], line, sizeof(line));
    CU_ASSERT_FATAL(got > 1);
    CU_ASSERT(event_parse(line, (size_t)got - 1, &event));
    CHECK_INT(event.kind, EVENT_TROUBLE);
    CHECK_TEXT(event.text, "watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [sh:1]");
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        CU_ASSERT(!event_parse(bad[i], strlen(bad[i]), &event));
    event_set_fd(-1);
    close(fds[0]);
    close(fds[1]);
}

int main(void)
{
    CU_TestInfo tests[] = {{"round trip", test_round_trip},
                           {"an older version's", test_old},
                           {"damaged", test_damaged},
                           {"events", test_events},
                           CU_TEST_INFO_NULL};

    return cunit_run("job", tests);
}
