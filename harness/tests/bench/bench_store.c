/* SPDX-License-Identifier: Apache-2.0 */
/* bench_store HOME CELLS CASES [RUNS]: adds a run (or so many, a day apart) to the store of HOME,
 * with a bundle for every cell that the worker's own code writes and the controller's reads and
 * merges; prints the processor time of
 * reading and merging a bundle in microseconds, in this program and in the kernel, and that of the
 * three syncs alone that a merge waits for. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "bundle/bundle.h"
#include "model/result.h"
#include "model/suite.h"
#include "store/store.h"

enum { PLATFORMS = 10, SUITES = 10, SYNCS = 500 };

/* Processor time used by this process in its own code and in the kernel; the latter is mostly
 * fsync, and so depends on the file system. */
struct used {
    int64_t user_us, system_us;
};

static struct used used_now(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (struct used){usage.ru_utime.tv_sec * 1000000 + usage.ru_utime.tv_usec,
                         usage.ru_stime.tv_sec * 1000000 + usage.ru_stime.tv_usec};
}

static struct suite *make_suite(size_t number, unsigned cases)
{
    struct suite *suite = text_calloc(1, sizeof(*suite));

    suite->name = text_format("suite-%zu", number);
    for (unsigned i = 0; i < cases; i++) {
        struct suite_case *row = vec_add(&suite->cases);

        row->id = text_format("case-%u", i);
        row->item = ITEM_FUNCTION;
        row->required = true;
    }
    return suite;
}

static void add_check(struct result *result, const char *key, const char *value)
{
    *vec_add(&result->identity) = (struct identity_check){.key = text_dup(key),
                                                          .expected = text_dup(value),
                                                          .measured = text_dup(value),
                                                          .matches = true};
}

/* One cell in fifty has a case that fails. */
static struct result *make_result(const char *run_id, const struct plan_cell *cell, size_t number,
                                  unsigned cases)
{
    struct result *result = result_new();

    result->kind = JOB_CELL;
    result->run_id = text_dup(run_id);
    result->job_id = text_format("cell-%s-%s-%s", cell->image, cell->platform, cell->suite);
    result->attempt = 1;
    result->image = text_dup(cell->image);
    result->platform = text_dup(cell->platform);
    result->suite = text_dup(cell->suite);
    result->grade = GRADE_EMULATED;
    result->accel = ACCEL_TCG;
    result->started_ms = 1790000000000 + (int64_t)number * 1000;
    result->ended_ms = result->started_ms + 9000;
    result->outcome = STATUS_PASS;
    result->identity_measured = true;
    add_check(result, "midr", "0x481fd010");
    add_check(result, "os_id", "debian");
    add_check(result, "kernel.release", "6.1.0-18-arm64");
    for (unsigned i = 0; i < cases; i++) {
        struct case_result *row = vec_add(&result->cases);
        bool fails = number % 50 == 7 && i == cases / 2;

        row->id = text_format("case-%u", i);
        row->item = ITEM_FUNCTION;
        row->required = row->judgeable = row->started = true;
        row->status = fails ? STATUS_FAIL : STATUS_PASS;
        row->blame = fails ? BLAME_PRODUCT : BLAME_NONE;
        row->reason = fails ? text_format("not ok 1 - pid %zu died", 1000 + number) : NULL;
        row->exit_code = fails;
        row->duration_ms = 100 + (int64_t)(number * 7 + i) % 900;
    }
    result_add_observation(result, NULL, "kernel.release", "6.1.0-18-arm64", NULL);
    result_add_observation(result, "case-0", "set.rate", "1523", "1/s");
    return result;
}

/* Evidence: a unique console, and the output of each case, which is equal for all that passed. */
static int write_bundle(struct result *result, size_t number, const char *path, struct error **err)
{
    _cleanup_(bundle_writer_free_cleanup) struct bundle_writer *writer = NULL;
    _cleanup_free_ char *console = text_format("Linux version 6.1.0, boot %zu\n", number);
    int code = bundle_writer_new(path, &writer, err);

    if (code == 0)
        code = bundle_add_evidence_memory(writer, result, NULL, "console", console, strlen(console),
                                          1 << 20, err);
    for (size_t i = 0; code == 0 && i < result->cases.count; i++) {
        const struct case_result *row = &result->cases.items[i];
        _cleanup_free_ char *out = row->status == STATUS_PASS ? text_format("ok 1 - %s\n", row->id)
                                                              : text_dup(row->reason);

        code = bundle_add_evidence_memory(writer, result, row->id, "stdout", out, strlen(out),
                                          1 << 20, err);
    }
    return code == 0 ? bundle_finish(writer, result, err) : code;
}

/* Like run/merge. */
static int merge(struct store *store, const char *path, struct used *used, struct error **err)
{
    _cleanup_(result_free_cleanup) struct result *back = NULL;
    struct used begun = used_now(), ended;
    int code = bundle_read_result(path, &back, err);

    if (code == 0)
        code = store_merge_result(store, back, path, err);
    ended = used_now();
    used->user_us += ended.user_us - begun.user_us;
    used->system_us += ended.system_us - begun.system_us;
    return code;
}

/* What a merge waits for and no program can do without: a new blob and its folder, and the store's
 * log. */
static int64_t syncs_us(const char *folder, size_t count)
{
    _cleanup_free_ char *incoming = path_join(folder, "incoming"), *log = path_join(folder, "log");
    _cleanup_close_ int fd_folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    _cleanup_close_ int to_log = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    static const char page[4096];
    struct used begun = used_now(), ended;

    for (size_t i = 0; i < count; i++) {
        _cleanup_free_ char *blob = text_format("%s/%zu", folder, i);
        int fd = open(incoming, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        bool done = write(fd, page, 32) == 32 && fsync(fd) == 0 && rename(incoming, blob) == 0 &&
                    fsync(fd_folder) == 0 && write(to_log, page, sizeof(page)) == sizeof(page) &&
                    fdatasync(to_log) == 0;

        close(fd);
        if (!done)
            return -1;
    }
    ended = used_now();
    return (ended.user_us - begun.user_us + ended.system_us - begun.system_us) / (int64_t)count;
}

/* Cells of the run, the number `which`; adds what was used. */
static int fill_run(struct store *store, const char *home, size_t which, size_t cells,
                    unsigned cases, struct used *used, struct error **err)
{
    _cleanup_(run_record_done) struct run_record run = {
        .created_ms = 1700000000000 + (int64_t)which * 86400000};
    const struct suite *suites[SUITES];
    int code;

    run.id = text_format("2026-%04zu-%06zu", which, cells);
    run.plan.repeat = 1;
    for (size_t i = 0; i < SUITES; i++)
        suites[i] = make_suite(i, cases);
    for (size_t i = 0; i < cells; i++)
        *vec_add(&run.plan.cells) =
            (struct plan_cell){.image = text_format("image-%zu", i / (PLATFORMS * SUITES)),
                               .platform = text_format("platform-%zu", i / SUITES % PLATFORMS),
                               .suite = text_format("suite-%zu", i % SUITES)};
    code = store_add_run(store, &run, suites, SUITES, err);
    for (size_t i = 0; code == 0 && i < cells; i++) {
        _cleanup_(result_free_cleanup) struct result *result =
            make_result(run.id, &run.plan.cells.items[i], which * cells + i, cases);
        _cleanup_free_ char *path = text_format("%s/bundle", home);

        code = write_bundle(result, which * cells + i, path, err);
        if (code == 0)
            code = merge(store, path, used, err);
        if (code == 0)
            code = path_remove_tree(path, err);
    }
    if (code == 0)
        code = store_end_run(store, run.id, RUN_ENDED, run.created_ms + 9000, err);
    for (size_t i = 0; i < SUITES; i++)
        suite_free((struct suite *)suites[i]);
    return code;
}

static int fill(struct store *store, const char *home, size_t runs, size_t cells, unsigned cases,
                struct error **err)
{
    _cleanup_free_ char *syncs = text_format("%s/syncs", home);
    struct used used = {0};
    int64_t merged = (int64_t)(runs * cells);
    int code = 0;

    for (size_t i = 0; code == 0 && i < runs; i++)
        code = fill_run(store, home, i, cells, cases, &used, err);
    if (code == 0)
        code = path_make_folders(syncs, false, err);
    if (code == 0)
        printf("%lld %lld %lld\n", (long long)(used.user_us / merged),
               (long long)(used.system_us / merged), (long long)syncs_us(syncs, SYNCS));
    if (code == 0)
        code = path_remove_tree(syncs, err);
    return code;
}

int main(int argc, char **argv)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_error_ struct error *err = NULL;

    if (argc != 4 && argc != 5) {
        fprintf(stderr, "usage: bench_store HOME CELLS CASES [RUNS]\n");
        return 64;
    }
    if (store_open(argv[1], &store, &err) < 0 ||
        fill(store, argv[1], argc > 4 ? strtoul(argv[4], NULL, 10) : 1, strtoul(argv[2], NULL, 10),
             (unsigned)strtoul(argv[3], NULL, 10), &err) < 0) {
        fprintf(stderr, "%s\n", error_message(err));
        return 1;
    }
    return 0;
}
