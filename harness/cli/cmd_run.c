/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone run: expands a plan, runs its cells and prints the matrix. */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/translate.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/conclude.h"
#include "cli/plan_options.h"
#include "home/lock.h"
#include "run/begin.h"
#include "run/capacity.h"
#include "run/control.h"
#include "run/crash_recovery.h"
#include "run/manifest.h"
#include "run/worker.h"

struct input {
    struct plan plan;
    bool json, dry_run, plain;
    struct exit_policy policy;
};

static void set_option(void *input, enum option_id option, char *value)
{
    struct input *in = input;

    in->json |= option == OPTION_JSON;
    in->dry_run |= option == OPTION_DRY_RUN;
    in->plain |= option == OPTION_PLAIN;
    in->plan.strict |= option == OPTION_STRICT;
    in->plan.allow_partial |= option == OPTION_ALLOW_PARTIAL;
    in->policy.strict = in->plan.strict;
    in->policy.allow_partial = in->plan.allow_partial;
    plan_options_set(&in->plan, option, value);
}

static int run(struct input *input, const struct evaluation *evaluation, struct error **err)
{
    struct store *store = evaluation->store;
    _cleanup_(manifest_done) struct manifest manifest = {0};
    _cleanup_strv_ struct strv unbegun = {0};
    _cleanup_close_ int lock = -1;
    int code = worker_check(err);

    if (code == 0)
        code = capacity_check_disk(evaluation->home, evaluation->estimate.disk_bytes, err);
    if (code == 0)
        code = home_lock(&lock, err);
    if (code == 0)
        code = crash_recover_home(store, evaluation->home, &unbegun, err);
    if (code == 0)
        code = run_begin(store, &input->plan, &evaluation->expansion, TOUCHSTONE_VERSION, &manifest,
                         err);
    if (code < 0)
        return code;
    log_info("run %s: %zu %s, about %u min", manifest.record.id, manifest.record.plan.cells.count,
             ngettext("cell", "cells", manifest.record.plan.cells.count),
             evaluation->estimate.seconds / 60 + 1);
    if (geteuid() == 0)
        log_info("running as root: guests are confined better under an ordinary user");
    code = run_control(store, &manifest, !input->plain && cli_colour(STDERR_FILENO), err);
    if (code < 0) {
        log_info("'touchstone resume %s' continues the run", manifest.record.id);
        return code;
    }
    return conclude_run(store, manifest.record.id, input->json, input->policy, err);
}

static int plan_and_run(struct input *input, struct error **err)
{
    _cleanup_(evaluation_done) struct evaluation evaluation = {0};
    int code = plan_evaluate(&input->plan, &evaluation, err);

    if (code < 0)
        return code;
    return input->dry_run ? plan_print(&input->plan, &evaluation, input->json)
                          : run(input, &evaluation, err);
}

int cmd_run(int argc, char **argv)
{
    struct error *err = NULL;
    struct input input = {0};
    int code;

    plan_options_init(&input.plan);
    cli_parse(argc, argv, set_option, &input);
    plan_options_check(&input.plan);
    code = plan_and_run(&input, &err);
    plan_done(&input.plan);
    return code < 0 ? cli_fail(err) : code;
}
