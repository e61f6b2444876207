/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone clean: lists and removes what takes room and can be made again. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/home.h"
#include "base/log.h"
#include "cell/kept.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "guest/warm.h"

struct options {
    bool kept, states, dry_run;
};

static const struct argp_option argp_options[] = {
    {"kept", 'k', NULL, 0, "The guests that were frozen when a case failed", 0},
    {"states", 's', NULL, 0, "The saved states from which cells start; they are prepared again", 0},
    {"dry-run", 'n', NULL, 0, "Only list", 0},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct options *options = state->input;

    switch (key) {
    case 'k':
        options->kept = true;
        return 0;
    case 's':
        options->states = true;
        return 0;
    case 'n':
        options->dry_run = true;
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "'%s' is a word too many", argument);
        return 0;
    case ARGP_KEY_END:
        if (!options->kept && !options->states)
            argp_error(state, "say what is to go: --kept, --states; --dry-run only lists");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void tell(bool dry_run, const char *what, uint64_t bytes)
{
    printf("%s %s, %" PRIu64 " MB\n", dry_run ? "would remove" : "removed", what, bytes / 1000000);
}

static int clean_kept(const char *home, bool dry_run, struct error **err)
{
    _cleanup_(kept_list_done) struct kept_list list = {0};
    int code = kept_read_all(home, &list, err);

    for (size_t i = 0; code == 0 && i < list.rows.count; i++) {
        const struct kept *kept = &list.rows.items[i];
        _cleanup_free_ char *what =
            text_format("kept guest %s/%s/%s of run %s, frozen after case '%s'", kept->image,
                        kept->platform, kept->suite, kept->run_id, kept->case_id);

        if (!dry_run)
            code = kept_remove(kept, err);
        if (code == 0)
            tell(dry_run, what, kept->bytes);
    }
    return code;
}

/* A state that a kept guest's disk stands on goes with it, or stays. */
static int clean_states(const char *home, bool dry_run, struct error **err)
{
    _cleanup_(warm_states_done) struct warm_states states = {0};
    _cleanup_(kept_list_done) struct kept_list kept = {0};
    int code = kept_read_all(home, &kept, err);

    if (code == 0 && kept.rows.count > 0 && !dry_run)
        return error_set(
            err, -EBUSY,
            "%zu kept guests stand on saved states: 'touchstone clean --kept --states' "
            "removes both",
            kept.rows.count);
    if (code == 0)
        code = warm_list(home, &states, err);
    for (size_t i = 0; code == 0 && i < states.rows.count; i++) {
        const struct warm_state *state = &states.rows.items[i];
        _cleanup_free_ char *what = text_format("saved state %.12s of %s on %s (%s)", state->key,
                                                state->image, state->platform, state->accel);

        if (!dry_run)
            code = warm_remove(home, state->key, err);
        if (code == 0)
            tell(dry_run, what, state->bytes);
    }
    return code;
}

int cmd_clean(int argc, char **argv)
{
    const struct argp argp = {
        .options = argp_options,
        .parser = parse,
        .doc = "Removes what takes room and can be made again. Runs, results and evidence stay.",
    };
    struct options options = {0};
    struct error *err = NULL;
    const char *home;
    int code;

    cli_parse(&argp, argc, argv, &options);
    code = home_folder(&home, &err);
    if (code == 0 && options.kept)
        code = clean_kept(home, options.dry_run, &err);
    if (code == 0 && options.states)
        code = clean_states(home, options.dry_run, &err);
    return code < 0 ? cli_fail(err) : EXIT_COMPATIBLE;
}
