/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone plan: what a run would do, how long it takes, how much disk it needs. */
#include "base/cleanup.h"
#include "base/error.h"
#include "base/home.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/plan_options.h"
#include "run/estimate.h"
#include "run/expand.h"
#include "store/store.h"

struct input {
    struct plan plan;
    bool json;
};

static const struct argp_option options[] = {
    {"json", 'J', NULL, 0, "Print JSON", 1},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct input *input = state->input;

    (void)argument;
    if (key == ARGP_KEY_INIT) {
        state->child_inputs[0] = &input->plan;
        return 0;
    }
    if (key != 'J')
        return ARGP_ERR_UNKNOWN;
    input->json = true;
    return 0;
}

static int print_plan(struct input *input, struct error **err)
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
    return code < 0 ? code : plan_print(&input->plan, &expansion, &estimate, input->json);
}

int cmd_plan(int argc, char **argv)
{
    static const struct argp_child children[] = {{&plan_options_argp, 0, NULL, 0}, {0}};
    const struct argp argp = {
        .options = options,
        .parser = parse,
        .doc = "Shows the cells that a run with the same options has, with an estimate of time and "
               "disk.",
        .children = children,
    };
    struct error *err = NULL;
    struct input input = {0};
    int code;

    home_reads_only();
    cli_parse(&argp, argc, argv, &input);
    code = print_plan(&input, &err);
    plan_done(&input.plan);
    return code < 0 ? cli_fail(err) : code;
}
