/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone shell: opens the guest of a failed cell as it was, or a fresh one. */
#include <errno.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/home.h"
#include "base/path.h"
#include "base/text.h"
#include "cell/shell.h"
#include "cli/cell_name.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/fresh_job.h"
#include "store/store.h"

struct options {
    const char *cell, *run, *image, *platform, *command;
    bool console;
};

static const struct argp_option argp_options[] = {
    {"run", 'r', "RUN", 0, "Of this run: an id, a unique prefix, or 'latest' (the default)", 0},
    {"image", 'i', "NAME", 0, "With --platform: a fresh guest of this image", 0},
    {"platform", 'p', "NAME", 0, "With --image: on this platform", 0},
    {"command", 'c', "COMMAND", 0, "Run one command; its exit code is that of 'shell'", 0},
    {"console", 't', NULL, 0, "A terminal: root's shell on the guest's serial console", 0},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct options *options = state->input;

    switch (key) {
    case 'r':
        options->run = argument;
        return 0;
    case 'i':
        options->image = argument;
        return 0;
    case 'p':
        options->platform = argument;
        return 0;
    case 'c':
        options->command = argument;
        return 0;
    case 't':
        options->console = true;
        return 0;
    case ARGP_KEY_ARG:
        if (options->cell != NULL)
            argp_error(state, "'%s' is one word too many: one CELL is all", argument);
        options->cell = argument;
        return 0;
    case ARGP_KEY_END:
        if (options->cell == NULL && (options->image == NULL || options->platform == NULL))
            argp_error(state, "give a CELL, such as kunpeng/redis, or --image and --platform");
        if (options->cell != NULL && (options->image != NULL || options->platform != NULL))
            argp_error(state, "a CELL names its image and platform: leave --image and --platform");
        if (options->console && options->command != NULL)
            argp_error(state, "--console is a terminal, --command a single command: give one");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int find_kept(const struct options *options, const char *home, struct kept *ret_kept,
                     struct error **err)
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
    return kept_find(home, run_id, cell->image, cell->platform, cell->suite, ret_kept, err);
}

static void place(const char *run_folder, char **path)
{
    char *now = *path != NULL ? run_input_place(run_folder, *path) : NULL;

    free(*path);
    *path = now;
}

/* Where the home is now, the guest may have been preserved in another place. */
static void place_copies(const char *home, struct job *job)
{
    _cleanup_free_ char *folder = text_format("%s/runs/%s", home, job->run_id);

    place(folder, &job->features_file);
    place(folder, &job->platform_file);
    place(folder, &job->image_file);
    place(folder, &job->suite_folder);
}

static int open_kept(const struct options *options, const char *home, int *ret_exit,
                     struct error **err)
{
    _cleanup_(kept_done) struct kept kept = {0};
    _cleanup_(job_done) struct job job = {0};
    _cleanup_free_ char *path = NULL;
    _cleanup_close_ int hold = -1;
    const struct shell_order order = {&job, &kept, options->console, options->command};
    int code = find_kept(options, home, &kept, err);

    if (code == 0)
        code = kept_hold(&kept, &hold, err);
    if (code < 0)
        return code;
    path = path_join(kept.folder, "job.json");
    code = job_read(path, &job, err);
    if (code < 0)
        return code;
    place_copies(home, &job);
    free(job.bundle);
    job.bundle = fresh_job_bundle(home);
    return shell_run(&order, ret_exit, err);
}

static int open_fresh(const struct options *options, const char *home, int *ret_exit,
                      struct error **err)
{
    _cleanup_(job_done) struct job job = {.kind = JOB_PREPARE};
    const struct shell_order order = {&job, NULL, options->console, options->command};
    int code = fresh_job_make(home, options->image, options->platform, &job, err);

    return code == 0 ? shell_run(&order, ret_exit, err) : code;
}

int cmd_shell(int argc, char **argv)
{
    const struct argp argp = {
        .options = argp_options,
        .parser = parse,
        .args_doc = "CELL\n--image NAME --platform NAME",
        .doc =
            "Opens the guest of a cell that failed under 'run --keep-failed', as it was when the "
            "case failed, or a fresh guest. Commands are read from standard input and run as "
            "root; nothing that is done there is kept.",
    };
    struct options options = {.run = "latest"};
    struct error *err = NULL;
    const char *home;
    int exit_code = 0, code;

    cli_parse(&argp, argc, argv, &options);
    code = home_folder(&home, &err);
    if (code == 0)
        code = options.cell != NULL ? open_kept(&options, home, &exit_code, &err)
                                    : open_fresh(&options, home, &exit_code, &err);
    if (code < 0)
        return cli_fail(err);
    return exit_code == 255 ? EXIT_IO : exit_code;
}
