/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone resume: runs what a run that was killed or interrupted has not finished. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/conclude.h"
#include "home/home.h"
#include "home/lock.h"
#include "run/control.h"
#include "run/manifest.h"
#include "run/tidy.h"
#include "store/store.h"

enum { OPTION_STRICT = 512, OPTION_ALLOW_PARTIAL, OPTION_PLAIN };

struct input {
    const char *run;
    bool json, plain;
    struct exit_policy policy;
};

static const struct argp_option options[] = {
    {"json", 'J', NULL, 0, "Print the matrix as JSON", 0},
    {"strict", OPTION_STRICT, NULL, 0, "Conditional counts as incompatible in the exit code", 0},
    {"allow-partial", OPTION_ALLOW_PARTIAL, NULL, 0,
     "Leaving out required cases does not make the exit code 5", 0},
    {"plain", OPTION_PLAIN, NULL, 0, "Plain progress lines even on a terminal", 0},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct input *input = state->input;

    switch (key) {
    case 'J':
        input->json = true;
        return 0;
    case OPTION_STRICT:
        input->policy.strict = true;
        return 0;
    case OPTION_ALLOW_PARTIAL:
        input->policy.allow_partial = true;
        return 0;
    case OPTION_PLAIN:
        input->plain = true;
        return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num > 0)
            return ARGP_ERR_UNKNOWN;
        input->run = argument;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int resume(const struct input *input, struct error **err)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_(manifest_done) struct manifest manifest = {0};
    _cleanup_strv_ struct strv unbegun = {0};
    _cleanup_free_ char *run_id = NULL;
    _cleanup_close_ int lock = -1;
    const char *home = NULL;
    int code = home_folder(&home, err);

    if (code == 0)
        code = home_lock(&lock, err);
    if (code == 0)
        code = store_open(home, &store, err);
    if (code == 0)
        code = tidy_home(store, home, &unbegun, err);
    if (code == 0 && unbegun.count > 0 && text_equal(input->run, "latest"))
        return error_set(err, -ENODATA,
                         "run %s was killed while it was being planned, and nothing of it had run: "
                         "start it again with 'touchstone run'",
                         unbegun.items[unbegun.count - 1]);
    if (code == 0)
        code = store_find_run(store, input->run, &run_id, err);
    if (code == 0)
        code = manifest_read(run_id, &manifest, err);
    if (code == 0)
        code = run_control(store, &manifest, !input->plain && cli_colour(STDERR_FILENO), err);
    return code < 0 ? code : conclude_run(store, run_id, input->json, input->policy, err);
}

int cmd_resume(int argc, char **argv)
{
    const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "[RUN]",
        .doc = "Runs the cells of a run (default: latest) that have no result yet, and those that "
               "the host or the harness cut short. Cells that have a result are not run again.",
    };
    struct input input = {.run = "latest"};
    struct error *err = NULL;
    int code;

    cli_parse(&argp, argc, argv, &input);
    code = resume(&input, &err);
    if (code < 0) {
        int exit_code = cli_fail(err);

        return code == -ENODATA ? EXIT_NO_RESULTS : exit_code;
    }
    return code;
}
