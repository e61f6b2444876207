/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone run: expands a plan, runs its cells and prints the matrix. */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/home.h"
#include "base/log.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/conclude.h"
#include "cli/plan_options.h"
#include "run/begin.h"
#include "run/capacity.h"
#include "run/control.h"
#include "run/estimate.h"
#include "run/expand.h"
#include "run/lock.h"
#include "run/manifest.h"
#include "run/tidy.h"
#include "store/store.h"

enum { OPTION_DRY_RUN = 512, OPTION_STRICT, OPTION_ALLOW_PARTIAL, OPTION_PLAIN };

struct input {
    struct plan plan;
    bool json, dry_run, plain;
    struct exit_policy policy;
};

static const struct argp_option options[] = {
    {"dry-run", OPTION_DRY_RUN, NULL, 0, "Print the plan with its estimate and end", 1},
    {"json", 'J', NULL, 0, "Print the matrix as JSON", 1},
    {"strict", OPTION_STRICT, NULL, 0, "Conditional counts as incompatible in the exit code", 1},
    {"allow-partial", OPTION_ALLOW_PARTIAL, NULL, 0,
     "Leaving out required cases does not make the exit code 5", 1},
    {"plain", OPTION_PLAIN, NULL, 0, "Plain progress lines even on a terminal", 1},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct input *input = state->input;

    (void)argument;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &input->plan;
        return 0;
    case OPTION_DRY_RUN:
        input->dry_run = true;
        return 0;
    case 'J':
        input->json = true;
        return 0;
    case OPTION_STRICT:
        input->policy.strict = input->plan.strict = true;
        return 0;
    case OPTION_ALLOW_PARTIAL:
        input->policy.allow_partial = input->plan.allow_partial = true;
        return 0;
    case OPTION_PLAIN:
        input->plain = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int run(struct input *input, const char *home, struct store *store,
               const struct expansion *expansion, const struct estimate *estimate,
               struct error **err)
{
    _cleanup_(manifest_done) struct manifest manifest = {0};
    _cleanup_strv_ struct strv unbegun = {0};
    _cleanup_close_ int lock = -1;
    int code = capacity_check_disk(home, estimate->disk_bytes, err);

    if (code == 0)
        code = run_lock(&lock, err);
    if (code == 0)
        code = tidy_home(store, home, &unbegun, err);
    if (code == 0)
        code = run_begin(store, &input->plan, expansion, &manifest, err);
    if (code < 0)
        return code;
    log_info("run %s: %zu cell%s, about %u min", manifest.record.id,
             manifest.record.plan.cells.count, manifest.record.plan.cells.count == 1 ? "" : "s",
             estimate->seconds / 60 + 1);
    if (geteuid() == 0)
        log_info("running as root: guests are confined better under an ordinary user");
    code = run_control(store, &manifest, !input->plain && cli_colour(STDERR_FILENO), err);
    if (code < 0) {
        log_info("'touchstone resume %s' goes on with what is unfinished", manifest.record.id);
        return code;
    }
    return conclude_run(store, manifest.record.id, input->json, input->policy, err);
}

static int plan_and_run(struct input *input, struct error **err)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_(expansion_done) struct expansion expansion = {0};
    _cleanup_(estimate_done) struct estimate estimate = {0};
    const char *home = NULL;
    int code = home_folder(&home, err);

    if (code == 0)
        code = store_open(home, &store, err);
    if (code == 0)
        code = expand_plan(&input->plan, &expansion, err);
    if (code == 0)
        code = estimate_plan(store, &input->plan, &expansion, &estimate, err);
    if (code < 0)
        return code;
    return input->dry_run ? plan_print(&input->plan, &expansion, &estimate, input->json)
                          : run(input, home, store, &expansion, &estimate, err);
}

int cmd_run(int argc, char **argv)
{
    static const struct argp_child children[] = {{&plan_options_argp, 0, NULL, 0}, {0}};
    const struct argp argp = {
        .options = options,
        .parser = parse,
        .doc = "Runs suites on images on platforms and prints the matrix.",
        .children = children,
    };
    struct error *err = NULL;
    struct input input = {0};
    int code;

    cli_parse(&argp, argc, argv, &input);
    code = plan_and_run(&input, &err);
    plan_done(&input.plan);
    return code < 0 ? cli_fail(err) : code;
}
