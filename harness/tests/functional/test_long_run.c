/* SPDX-License-Identifier: Apache-2.0 */
/* A long run whose worker dies: what it had sampled is in the bundle that the controller writes,
 * and the next attempt continues with the first round that was not whole. */
#include <fcntl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "cell/samples.h"
#include "guest/media/media.h"
#include "run/attempts.h"
#include "run/lost_worker.h"
#include "run/schedule.h"
#include "sample_series.h"
#include "sample_store.h"

#define CASE "persist" /* of sample_suite */

static char persist[] = CASE;
static const struct suite_case planned = {.id = persist, .rounds = 4, .minutes = 5};

/* A results disk, sparse, with a series in the space for samples. */
static void write_disk(const char *path, const struct sample_series *series)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    CU_ASSERT_FATAL(fd >= 0 && ftruncate(fd, (off_t)MEDIA_RESULTS_SIZE) == 0);
    CHECK_INT(pwrite(fd, series->text.data, series->text.length, (off_t)MEDIA_SAMPLES_OFFSET),
              series->text.length);
    close(fd);
}

static void begin_series(struct sample_series *to)
{
    *to = (struct sample_series){.at_ms = 1000, .rate = 100};
    sample_line(to, "series,1," CASE);
    sample_boot(to);
    sample_line(to, "idle-check,100,systemd,200,systemd,30,vda,3,LISTEN");
}

static size_t count_evidence(const struct result *result, const char *name)
{
    size_t count = 0;

    vec_foreach (blob, &result->evidence)
        count += strcmp(blob->name, name) == 0 && text_equal(blob->case_id, CASE);
    return count;
}

static size_t count_observed(const struct result *result, const char *key, const char *has)
{
    size_t count = 0;

    vec_foreach (row, &result->observations)
        count += strcmp(row->key, key) == 0 && strstr(row->value, has) != NULL;
    return count;
}

/* Two whole rounds, and the third cut short. Returns the attempt as the controller wrote it. */
static struct result *lose_worker(const char *work)
{
    _cleanup_free_ char *bundle = path_join(work, "bundle");
    _cleanup_free_ char *guest = path_join(work, "bundle.work");
    _cleanup_free_ char *disk = path_join(guest, "results.raw");
    _cleanup_(result_free_cleanup) struct result *result =
        sample_cell(SAMPLE_RUN, "a", "kunpeng", "redis", 1);
    struct schedule_job job = {.folder = (char *)work,
                               .request = {.kind = JOB_CELL,
                                           .run_id = result->run_id,
                                           .job_id = result->job_id,
                                           .attempt = 1,
                                           .image = result->image,
                                           .platform = result->platform,
                                           .suite = result->suite,
                                           .bundle = bundle}};
    char why[] = "the worker was killed";
    const struct lost_worker end = {.why = why, .blame = BLAME_HARNESS};
    struct bundle_writer *writer = NULL;
    struct result *merged = NULL;
    struct sample_series series;

    begin_series(&series);
    sample_round(&series, SERIES_ENDURANCE, 1, 5, 40, 0, "whole");
    sample_round(&series, SERIES_ENDURANCE, 2, 5, 41, 0, "whole");
    sample_round(&series, SERIES_ENDURANCE, 3, 5, 40, 20, NULL);
    CHECK_INT(path_make_folders(guest, false, NULL), 0);
    write_disk(disk, &series);
    sample_case(result, CASE, ITEM_FUNCTION, true, STATUS_MISS)->started = false;
    CHECK_INT(bundle_writer_new(bundle, &writer, NULL), 0);
    CHECK_INT(bundle_note_result(writer, result, true, NULL), 0);
    CHECK_INT(bundle_note_running(writer, CASE, NULL), 0);
    bundle_writer_free(writer);
    CHECK_INT(lost_worker_write_bundle(&job, &end, NULL), 0);
    CHECK_INT(bundle_read_result(bundle, &merged, NULL), 0);
    CU_ASSERT_FATAL(merged != NULL);
    CHECK_INT(merged->cases.items[0].status, STATUS_MISS);
    CHECK_INT(count_evidence(merged, SERIES_EVIDENCE), 1);
    vec_foreach (blob, &merged->evidence)
        if (strcmp(blob->name, SERIES_EVIDENCE) == 0)
            CHECK_INT(blob->size, series.text.length);
    buffer_done(&series.text);
    return merged;
}

/* The next attempt samples rounds 3 and 4. */
static void check_continued(const char *work, const char *earlier)
{
    _cleanup_free_ char *bundle = path_join(work, "bundle2"), *disk = path_join(work, "results");
    char *paths[] = {(char *)earlier};
    struct job job = {.series = {paths, earlier != NULL}};
    struct session session = {.job = &job,
                              .results = disk,
                              .result = sample_cell(SAMPLE_RUN, "a", "kunpeng", "redis", 2)};
    struct sample_series series;

    CHECK_INT(samples_first_round(&session, &planned), earlier != NULL ? 3 : 1);
    begin_series(&series);
    sample_round(&series, SERIES_ENDURANCE, 3, 5, 40, 0, "whole");
    sample_round(&series, SERIES_ENDURANCE, 4, 5, 42, 0, "whole");
    write_disk(disk, &series);
    CHECK_INT(bundle_writer_new(bundle, &session.bundle, NULL), 0);
    samples_take(&session, &planned);
    CHECK_INT(count_evidence(session.result, SERIES_EVIDENCE), 1);
    if (earlier != NULL) {
        CHECK_INT(count_observed(session.result, "endurance.difference", "."), 3);
        CHECK_INT(count_observed(session.result, "endurance.difference", "2.00"), 1);
        CHECK_INT(count_observed(session.result, "test.rounds", "4"), 1);
        CHECK_INT(count_observed(session.result, "endurance.interrupted", "round 3: open"), 1);
        CHECK_INT(count_evidence(session.result, "artifact/samples-earlier-1.csv"), 1);
    } else
        /* Rounds 1 and 2 are nowhere: what is there is no long run. */
        CHECK_INT(count_observed(session.result, "endurance.difference", ""), 0);
    bundle_writer_free(session.bundle);
    result_free(session.result);
    buffer_done(&series.text);
    path_remove_tree(bundle, NULL);
}

static void test_continued(void)
{
    _cleanup_folder_ char *home = temp_folder_new(), *work = temp_folder_new();
    _cleanup_free_ char *bundle = path_join(work, "bundle");
    _cleanup_result_ struct result *lost = lose_worker(work);
    const struct result *attempts[] = {lost};
    _cleanup_strv_ struct strv series = {0};
    struct store *store = NULL;

    setenv("TOUCHSTONE_HOME", home, 1);
    CHECK_INT(store_open(home, &store, NULL), 0);
    CHECK_INT(sample_add_run(store, SAMPLE_RUN, NULL), 0);
    CHECK_INT(store_merge_result(store, lost, bundle, NULL), 0);
    CHECK_INT(attempts_series(attempts, 1, &series, NULL), 0);
    CHECK_INT(series.count, 1);
    if (series.count == 1) {
        CU_ASSERT(path_exists(series.items[0]));
        check_continued(work, series.items[0]);
    }
    check_continued(work, NULL);
    store_close(store);
}

/* The disk of another case, an empty one, and one that is damaged give nothing, and fail nothing.
 */
static void test_nothing(void)
{
    _cleanup_folder_ char *work = temp_folder_new();
    _cleanup_free_ char *disk = path_join(work, "results");
    struct sample_series series = {0};
    struct job job = {0};

    for (int i = 0; i < 3; i++) {
        struct session session = {.job = &job,
                                  .results = disk,
                                  .result = sample_cell(SAMPLE_RUN, "a", "kunpeng", "redis", 1)};

        if (i == 1)
            sample_begin_series(&series); /* of case c */
        if (i == 2) {
            begin_series(&series);
            sample_line(&series, "sample,1");
        }
        if (i == 0)
            buffer_text(&series.text, "no series");
        write_disk(disk, &series);
        samples_take(&session, &planned);
        CHECK_INT(session.result->evidence.count, 0);
        CHECK_INT(session.result->observations.count, i == 2);
        result_free(session.result);
        buffer_done(&series.text);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"continued", test_continued}, {"nothing", test_nothing}, CU_TEST_INFO_NULL};

    return cunit_run("a long run", tests);
}
