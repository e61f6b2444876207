/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the job requests for workers. */
#include "run/jobs.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/path.h"
#include "catalog/catalog.h"
#include "job/limits.h"
#include "run/manifest.h"
#include "run/schedule.h"

enum { ID_MAX = 200 };

/* What a cell's job depends on in its platform and suite. */
struct needs {
    unsigned memory_mib;
    int64_t budget_ms;
    bool client;
};

static char *new_nonce(void)
{
    unsigned char random[16];
    struct buffer hex = {0};

    if (getrandom(random, sizeof(random), 0) != sizeof(random))
        text_out_of_memory();
    for (size_t i = 0; i < sizeof(random); i++)
        buffer_format(&hex, "%02x", random[i]);
    return buffer_steal(&hex);
}

/* The number after the last attempt that has a folder (a worker was started, whether or not it
 * ended) or that is scheduled. */
static unsigned next_attempt(const struct manifest *manifest, const char *job_id,
                             const struct schedule *schedule)
{
    unsigned first = 1;

    vec_foreach (job, &schedule->jobs)
        if (strcmp(job->request.job_id, job_id) == 0)
            first = job->request.attempt + 1;
    for (unsigned attempt = first;; attempt++) {
        _cleanup_free_ char *folder =
            text_format("%s/jobs/%s/%u", manifest->folder, job_id, attempt);

        if (!path_exists(folder))
            return attempt;
    }
}

static unsigned time_scale(const struct manifest *manifest, const struct plan_cell *cell)
{
    unsigned asked = manifest->record.plan.time_scale;

    return asked > 0 ? asked : limits_default_scale(manifest_accel(manifest, cell->image)->accel);
}

static int find_needs(const struct manifest *manifest, const struct plan_cell *cell,
                      struct needs *ret_needs, struct error **err)
{
    const struct run_input *platform_input = manifest_input(manifest, "platform", cell->platform);
    const struct run_input *suite_input = manifest_input(manifest, "suite", cell->suite);
    struct platform *platform = NULL;
    struct suite *suite = NULL;
    int code = catalog_load_platform(platform_input->path, NULL, &platform, err);

    if (code == 0)
        code = catalog_load_suite(suite_input->path, &suite, err);
    if (code == 0) {
        ret_needs->memory_mib =
            suite->memory_mib > platform->memory_mib ? suite->memory_mib : platform->memory_mib;
        ret_needs->client = suite->client;
        ret_needs->budget_ms =
            limits_cell_ms(suite, time_scale(manifest, cell), manifest->record.plan.rounds,
                           manifest->record.plan.minutes);
    }
    platform_free(platform);
    suite_free(suite);
    return code;
}

static void set_copy(const struct run_input *input, char **ret_path, char **ret_sha256)
{
    *ret_path = text_dup(input->path);
    *ret_sha256 = text_dup(input->sha256);
}

static struct schedule_job *add_job(const struct manifest *manifest, const struct plan_cell *cell,
                                    enum job_kind kind, const char *job_id,
                                    struct schedule *schedule)
{
    unsigned attempt = next_attempt(manifest, job_id, schedule);
    const struct run_accel *accel = manifest_accel(manifest, cell->image);
    struct schedule_job *job = vec_add(&schedule->jobs);
    struct job *request = &job->request;

    job->after = SCHEDULE_AFTER_NONE;
    job->folder = text_format("%s/jobs/%s/%u", manifest->folder, job_id, attempt);
    job->name = kind == JOB_CELL ? text_format("%s %s %s", cell->image, cell->platform, cell->suite)
                                 : text_format("%s %s (prepare)", cell->image, cell->platform);
    request->kind = kind;
    request->run_id = text_dup(manifest->record.id);
    request->job_id = text_dup(job_id);
    request->attempt = attempt;
    request->image = text_dup(cell->image);
    request->platform = text_dup(cell->platform);
    set_copy(manifest_input(manifest, "image", cell->image), &request->image_file,
             &request->image_sha256);
    set_copy(manifest_input(manifest, "platform", cell->platform), &request->platform_file,
             &request->platform_sha256);
    set_copy(manifest_input(manifest, "features", "features"), &request->features_file,
             &request->features_sha256);
    set_copy(manifest_input(manifest, "library", RUN_LIBRARY), &request->library_file,
             &request->library_sha256);
    request->bundle = path_join(job->folder, "bundle");
    request->accel = accel->accel;
    request->accel_reason = text_dup(accel->reason);
    request->time_scale = time_scale(manifest, cell);
    request->cold = manifest->record.plan.cold;
    request->keep_failed = manifest->record.plan.keep_failed;
    request->connect = text_dup(manifest->record.plan.connect);
    request->nonce = new_nonce();
    strv_copy(&request->items, &manifest->record.plan.items);
    return job;
}

char *jobs_make_id(const char *kind, const char *const *names, size_t count)
{
    _cleanup_buffer_ struct buffer id = {0};
    char sha256[DIGEST_TEXT_SIZE];

    buffer_text(&id, kind);
    for (size_t i = 0; i < count; i++) {
        buffer_text(&id, ".");
        for (const char *at = names[i]; *at != '\0'; at++)
            buffer_format(&id, *at == '.' ? ".." : "%c", *at);
    }
    if (id.length <= ID_MAX)
        return buffer_steal(&id);
    digest_of_memory(id.data, id.length, sha256);
    return text_format("%.*s+%s", ID_MAX - DIGEST_TEXT_SIZE, id.data, sha256);
}

/* Index of the prepare job for this guest, which is created if necessary. */
static int prepare_for(const struct manifest *manifest, const struct plan_cell *cell,
                       const struct needs *needs, struct schedule *schedule)
{
    _cleanup_free_ char *memory = text_format("%u", needs->memory_mib);
    /* Both guests of a cell start from one state. */
    _cleanup_free_ char *id =
        jobs_make_id("prepare", (const char *[]){cell->image, cell->platform, memory, "pair"},
                     needs->client ? 4 : 3);
    struct schedule_job *job;

    for (size_t i = 0; i < schedule->jobs.count; i++)
        if (strcmp(schedule->jobs.items[i].request.job_id, id) == 0)
            return (int)i;
    /* A resumed run prepares again (and finds the state): each time is a separate attempt. */
    job = add_job(manifest, cell, JOB_PREPARE, id, schedule);
    job->request.memory_mib = needs->memory_mib;
    job->request.network = needs->client;
    job->budget_ms = limits_prepare_ms(job->request.time_scale);
    return (int)schedule->jobs.count - 1;
}

int jobs_add_cell(const struct manifest *manifest, const struct plan_cell *cell, const char *job_id,
                  const struct strv *installed, const struct strv *series,
                  struct schedule *schedule, struct error **err)
{
    _cleanup_free_ char *id =
        job_id != NULL
            ? text_dup(job_id)
            : jobs_make_id("cell", (const char *[]){cell->image, cell->platform, cell->suite}, 3);
    int after = SCHEDULE_AFTER_NONE, code;
    struct needs needs = {0};
    struct schedule_job *job;

    code = find_needs(manifest, cell, &needs, err);
    if (code < 0)
        return code;
    if (!manifest->record.plan.cold)
        after = prepare_for(manifest, cell, &needs, schedule);
    job = add_job(manifest, cell, JOB_CELL, id, schedule);
    job->after = after;
    job->budget_ms = needs.budget_ms;
    job->guests = needs.client ? 2 : 1;
    job->request.network = needs.client;
    job->request.memory_mib = needs.memory_mib;
    job->request.suite = text_dup(cell->suite);
    job->request.no_probes = manifest->record.plan.no_probes;
    job->request.packages = text_dup(manifest->record.plan.packages);
    job->request.reuse_install = manifest->record.plan.reuse_install;
    job->request.rounds = manifest->record.plan.rounds;
    job->request.minutes = manifest->record.plan.minutes;
    strv_copy(&job->request.installed, installed);
    strv_copy(&job->request.series, series);
    set_copy(manifest_input(manifest, "suite", cell->suite), &job->request.suite_folder,
             &job->request.suite_sha256);
    return 0;
}
