/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone matrix: shows every cell of a run with its verdict. */
#include <stdio.h>

#include "base/error.h"
#include "base/json.h"
#include "base/log.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/conclude.h"
#include "cli/pager.h"
#include "cli/query.h"
#include "cli/waivers.h"
#include "home/home.h"
#include "judge/select_matrix.h"
#include "store/store.h"

struct options {
    const char *run, *waivers;
    struct query query;
    bool json, all, no_pager;
    struct exit_policy policy;
};

static void set_option(void *input, enum option_id option, char *value)
{
    struct options *options = input;

    options->json |= option == OPTION_JSON;
    options->all |= option == OPTION_ALL;
    options->no_pager |= option == OPTION_NO_PAGER;
    options->policy.strict |= option == OPTION_STRICT;
    options->policy.allow_partial |= option == OPTION_ALLOW_PARTIAL;
    if (option == OPTION_WAIVERS)
        options->waivers = value;
    if (option == OPTION_QUERY)
        query_option(value, QUERY_MATRIX, &options->query);
    if (option == OPTION_WORD)
        options->run = value;
}

static int apply_query(struct store *store, const struct options *options, struct matrix *matrix,
                       struct error **err)
{
    _cleanup_(query_with_done) struct query_with with;

    query_with_init(&with);
    return options->query.nodes.count > 0
               ? select_matrix(store, &options->query, &with.with, matrix, err)
               : 0;
}

static int load(const struct options *options, struct matrix *ret_matrix, struct error **err)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_(waivers_done) struct waivers waivers = {.rows = {0}};
    _cleanup_free_ char *run_id = NULL;
    const char *home = NULL;
    int code = waivers_load(options->waivers, &waivers, err);

    if (code == 0)
        code = home_folder(&home, err);
    if (code == 0)
        code = store_open(home, &store, err);
    if (code == 0)
        code = store_find_run(store, options->run, &run_id, err);
    if (code == 0)
        code = matrix_load(store, run_id, ret_matrix, err);
    if (code == 0)
        code = matrix_apply_waivers(store, &waivers, ret_matrix, err);
    if (code == 0)
        waivers_warn(options->waivers, &waivers);
    return code == 0 ? apply_query(store, options, ret_matrix, err) : code;
}

int cmd_matrix(int argc, char **argv)
{
    struct options options = {.run = "latest"};
    _cleanup_(matrix_done) struct matrix matrix = {0};
    struct error *err = NULL;
    int code;

    home_reads_only();
    cli_parse(argc, argv, set_option, &options);
    code = load(&options, &matrix, &err);
    query_done(&options.query);
    if (code < 0)
        return cli_fail(err);
    if (!options.json && !options.no_pager)
        pager_start();
    return conclude_print(&matrix, options.json, options.all, options.policy);
}
