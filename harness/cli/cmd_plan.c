/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone plan: what a run would do, how long it takes, how much disk it needs. */
#include "base/cleanup.h"
#include "base/error.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/plan_options.h"
#include "home/home.h"

struct input {
    struct plan plan;
    bool json;
};

static void set_option(void *input, enum option_id option, char *value)
{
    struct input *in = input;

    in->json |= option == OPTION_JSON;
    plan_options_set(&in->plan, option, value);
}

static int print_plan(struct input *input, struct error **err)
{
    _cleanup_(evaluation_done) struct evaluation evaluation = {0};
    int code = plan_evaluate(&input->plan, &evaluation, err);

    return code < 0 ? code : plan_print(&input->plan, &evaluation, input->json);
}

int cmd_plan(int argc, char **argv)
{
    struct error *err = NULL;
    struct input input = {0};
    int code;

    home_reads_only();
    plan_options_init(&input.plan);
    cli_parse(argc, argv, set_option, &input);
    plan_options_check(&input.plan);
    code = print_plan(&input, &err);
    plan_done(&input.plan);
    return code < 0 ? cli_fail(err) : code;
}
