/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone matrix: every cell of a run with its verdict. */
#include <errno.h>
#include <stdio.h>

#include "base/error.h"
#include "base/home.h"
#include "base/json.h"
#include "base/log.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/conclude.h"
#include "judge/matrix.h"
#include "store/store.h"

enum { OPTION_ALLOW_PARTIAL = 512 };

struct options {
    const char *run;
    bool json;
    struct exit_policy policy;
};

static const struct argp_option argp_options[] = {
    {"json", 'j', NULL, 0, "Print JSON", 0},
    {"strict", 'S', NULL, 0, "A conditional cell makes the exit code 1", 0},
    {"allow-partial", OPTION_ALLOW_PARTIAL, NULL, 0,
     "A cell that leaves out required cases does not make the exit code 5", 0},
    {0}};

static error_t take_option(int key, char *value, struct argp_state *state)
{
    struct options *options = state->input;

    switch (key) {
    case 'j':
        options->json = true;
        return 0;
    case 'S':
        options->policy.strict = true;
        return 0;
    case OPTION_ALLOW_PARTIAL:
        options->policy.allow_partial = true;
        return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num > 0)
            argp_error(state, "one run is shown at a time; '%s' is one too many", value);
        options->run = value;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int load(const char *run, struct matrix *ret_matrix, struct error **err)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_free_ char *run_id = NULL;
    const char *home = NULL;
    int code = home_folder(&home, err);

    if (code == 0)
        code = store_open(home, &store, err);
    if (code == 0)
        code = store_find_run(store, run, &run_id, err);
    return code == 0 ? matrix_load(store, run_id, ret_matrix, err) : code;
}

int cmd_matrix(int argc, char **argv)
{
    static const struct argp argp = {
        argp_options,
        take_option,
        "[RUN]",
        "Prints the matrix of a run: each cell with its verdict, grade and coverage. RUN is an id, "
        "a unique prefix of one, or 'latest' (the default).",
        NULL,
        NULL,
        NULL};
    struct options options = {.run = "latest"};
    _cleanup_(matrix_done) struct matrix matrix = {0};
    struct error *err = NULL;
    int code;

    home_reads_only();
    cli_parse(&argp, argc, argv, &options);
    code = load(options.run, &matrix, &err);
    if (code < 0) {
        int exit_code = cli_fail(err);

        return code == -ENODATA ? EXIT_NO_RESULTS : exit_code;
    }
    return conclude_print(&matrix, options.json, options.policy);
}
