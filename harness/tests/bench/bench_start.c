/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Run time of commands: touchstone compared with programs that do less, in interleaved rounds, each
 * with its output into a pipe that is read to its end. The run that is displayed has 12 cells,
 * merged from bundles.
 *
 *   bench_start ROUNDS
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/process.h"
#include "sample_store.h"

enum { ROUNDS_MAX = 500, COMMANDS = 5, WORDS = 4, CELLS = 12 };

#define PROGRAM TS_BINARY_DIR "/touchstone"

static const char *const commands[COMMANDS][WORDS] = {
    {"/bin/true", NULL},           {"git", "--version", NULL},
    {PROGRAM, "--version", NULL},  {PROGRAM, "matrix", SAMPLE_RUN, NULL},
    {PROGRAM, "platform", "list"},
};
static double took[COMMANDS][ROUNDS_MAX]; /* milliseconds */

static void must(int code, struct error *err)
{
    if (code < 0) {
        fprintf(stderr, "%s\n", error_message(err));
        exit(1);
    }
}

static void fill(struct store *store, const char *work)
{
    _cleanup_(suite_free_cleanup) struct suite *suite = sample_suite("redis");
    _cleanup_(run_record_done) struct run_record run = {.created_ms = 1790000000000};
    const struct suite *suites[] = {suite};
    struct error *err = NULL;

    run.id = text_dup(SAMPLE_RUN);
    run.state = RUN_ENDED;
    run.ended_ms = 1790000600000;
    for (unsigned i = 0; i < CELLS; i++) {
        _cleanup_free_ char *platform = text_format("platform-%u", i);

        sample_plan_cell(&run, "image", platform, "redis", NULL);
    }
    must(store_add_run(store, &run, suites, 1, &err), err);
    for (unsigned i = 0; i < CELLS; i++) {
        _cleanup_result_ struct result *result =
            sample_result(SAMPLE_RUN, "image", run.plan.cells.items[i].platform);

        must(sample_merge(store, work, result, &err), err);
    }
}

static double now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* Runs a command once; its exit code depends on the sample and is ignored. */
static double run(const char *const *argv)
{
    _cleanup_(process_output_done) struct process_output output = {0};
    struct process_spec spec = PROCESS_SPEC_INIT;
    double started = now_ms();
    struct error *err = NULL;

    spec.argv = argv;
    must(process_run(&spec, 60000, 1 << 20, &output, &err), err);
    if (!output.exit.exited || output.exit.code > 5 || output.out.length == 0) {
        if (strcmp(argv[0], "/bin/true") != 0) {
            fprintf(stderr, "%s %s: %s\n", argv[0], argv[1],
                    output.err.length > 0 ? output.err.data : "no output");
            exit(1);
        }
    }
    return now_ms() - started;
}

static int compare(const void *a, const void *b)
{
    const double *left = a, *right = b;

    return *left < *right ? -1 : *left > *right;
}

static void report(unsigned command, unsigned rounds)
{
    double *times = took[command];

    qsort(times, rounds, sizeof(*times), compare);
    printf("median %7.1f ms  (%.1f to %.1f)  ", (times[(rounds - 1) / 2] + times[rounds / 2]) / 2,
           times[0], times[rounds - 1]);
    for (unsigned i = 0; i < WORDS && commands[command][i] != NULL; i++)
        printf("%s%s", i > 0 ? " " : "", commands[command][i]);
    printf("\n");
}

int main(int argc, char **argv)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_folder_ char *work = temp_folder_new();
    unsigned rounds = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 20;
    struct error *err = NULL;

    if (rounds == 0 || rounds > ROUNDS_MAX || setenv("TOUCHSTONE_HOME", home, 1) < 0) {
        fprintf(stderr, "usage: bench_start ROUNDS (1 to %d)\n", ROUNDS_MAX);
        return 64;
    }
    must(store_open(home, &store, &err), err);
    fill(store, work);
    for (unsigned i = 0; i < COMMANDS; i++)
        run(commands[i]);
    for (unsigned round = 0; round < rounds; round++)
        for (unsigned i = 0; i < COMMANDS; i++)
            took[i][round] = run(commands[i]);
    printf("%u interleaved rounds, a run of %d cells\n", rounds, CELLS);
    for (unsigned i = 0; i < COMMANDS; i++)
        report(i, rounds);
    return 0;
}
