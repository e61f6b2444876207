/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone shell: opens the preserved guest of a failed cell, or a one-off guest. */
#include <errno.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/text.h"
#include "cell/shell.h"
#include "cli/cell_name.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/one_off_job.h"
#include "home/home.h"
#include "store/store.h"

struct options {
    const char *cell, *run, *image, *platform, *command;
    bool console;
};

static void set_option(void *input, enum option_id option, char *value)
{
    struct options *options = input;

    options->console |= option == OPTION_CONSOLE;
    if (option == OPTION_RUN)
        options->run = value;
    else if (option == OPTION_IMAGE)
        options->image = value;
    else if (option == OPTION_PLATFORM)
        options->platform = value;
    else if (option == OPTION_COMMAND)
        options->command = value;
    else if (option == OPTION_WORD)
        options->cell = value;
}

static void check(const struct options *options)
{
    if (options->cell == NULL && (options->image == NULL || options->platform == NULL))
        cli_refuse("give a CELL, such as kunpeng/redis, or --image and --platform");
    if (options->cell != NULL && (options->image != NULL || options->platform != NULL))
        cli_refuse("a CELL names its image and platform: leave out --image and --platform");
    if (options->console && options->command != NULL)
        cli_refuse("--console and --command exclude each other");
}

static int find_preserved(const struct options *options, const char *home,
                          struct preserved *ret_preserved, struct error **err)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_(cell_records_done) struct cell_records cells = {0};
    _cleanup_free_ char *run_id = NULL;
    const struct cell_record *cell;
    size_t place = 0;
    int code = store_open(home, &store, err);

    if (code == 0)
        code = store_find_run(store, options->run, &run_id, err);
    if (code == 0)
        code = store_read_cells(store, run_id, &cells, err);
    if (code == 0)
        code = cell_name_find(&cells, run_id, options->cell, &place, err);
    if (code < 0)
        return code;
    cell = &cells.rows.items[place];
    return preserved_find(home, run_id, cell->image, cell->platform, cell->suite, ret_preserved,
                          err);
}

static void place(const char *run_folder, char **path)
{
    char *now = *path != NULL ? run_input_place(run_folder, *path) : NULL;

    free(*path);
    *path = now;
}

/* Adjusts paths, because the home may have been moved since the guest was preserved. */
static void place_copies(const char *home, struct job *job)
{
    _cleanup_free_ char *folder = text_format("%s/runs/%s", home, job->run_id);

    place(folder, &job->features_file);
    place(folder, &job->platform_file);
    place(folder, &job->image_file);
    place(folder, &job->suite_folder);
    place(folder, &job->library_file);
}

static int open_preserved(const struct options *options, const char *home, int *ret_exit,
                          struct error **err)
{
    _cleanup_(preserved_done) struct preserved preserved = {0};
    _cleanup_(job_done) struct job job = {0};
    _cleanup_free_ char *path = NULL;
    _cleanup_close_ int hold = -1;
    const struct shell_request request = {&job, &preserved, options->console, options->command};
    int code = find_preserved(options, home, &preserved, err);

    if (code == 0)
        code = preserved_lock(&preserved, &hold, err);
    if (code < 0)
        return code;
    path = path_join(preserved.folder, "job.json");
    code = job_read(path, &job, err);
    if (code < 0)
        return code;
    place_copies(home, &job);
    free(job.bundle);
    job.bundle = one_off_job_bundle(home);
    return shell_run(&request, ret_exit, err);
}

static int open_fresh(const struct options *options, const char *home, int *ret_exit,
                      struct error **err)
{
    _cleanup_(job_done) struct job job = {.kind = JOB_PREPARE};
    const struct shell_request request = {&job, NULL, options->console, options->command};
    int code = one_off_job_make(home, options->image, options->platform, &job, err);

    return code == 0 ? shell_run(&request, ret_exit, err) : code;
}

int cmd_shell(int argc, char **argv)
{
    struct options options = {.run = "latest"};
    struct error *err = NULL;
    const char *home;
    int exit_code = 0, code;

    cli_parse(argc, argv, set_option, &options);
    check(&options);
    code = home_folder(&home, &err);
    if (code == 0)
        code = options.cell != NULL ? open_preserved(&options, home, &exit_code, &err)
                                    : open_fresh(&options, home, &exit_code, &err);
    if (code < 0)
        return cli_fail(err);
    return exit_code == 255 ? EXIT_IO : exit_code;
}
