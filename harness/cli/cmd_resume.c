/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone resume: runs the unfinished cells of a run that was killed or interrupted. */
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
#include "run/crash_recovery.h"
#include "run/manifest.h"
#include "run/worker.h"
#include "store/store.h"

struct input {
    const char *run;
    bool json, plain;
    struct exit_policy policy;
};

static void set_option(void *input, enum option_id option, char *value)
{
    struct input *in = input;

    in->json |= option == OPTION_JSON;
    in->plain |= option == OPTION_PLAIN;
    in->policy.strict |= option == OPTION_STRICT;
    in->policy.allow_partial |= option == OPTION_ALLOW_PARTIAL;
    if (option == OPTION_WORD)
        in->run = value;
}

static int resume(const struct input *input, struct error **err)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_(manifest_done) struct manifest manifest = {0};
    _cleanup_strv_ struct strv unbegun = {0};
    _cleanup_free_ char *run_id = NULL;
    _cleanup_close_ int lock = -1;
    const char *home = NULL;
    int code = worker_check(err);

    if (code == 0)
        code = home_folder(&home, err);
    if (code == 0)
        code = home_lock(&lock, err);
    if (code == 0)
        code = store_open(home, &store, err);
    if (code == 0)
        code = crash_recover_home(store, home, &unbegun, err);
    if (code == 0 && unbegun.count > 0 && text_equal(input->run, "newest"))
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
    struct input input = {.run = "newest"};
    struct error *err = NULL;
    int code;

    cli_parse(argc, argv, set_option, &input);
    code = resume(&input, &err);
    if (code < 0)
        return cli_fail(err);
    return code;
}
