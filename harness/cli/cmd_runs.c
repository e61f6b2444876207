/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone runs: lists the runs of the store. */
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json_write.h"
#include "base/log.h"
#include "base/translate.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/pager.h"
#include "cli/query.h"
#include "home/home.h"
#include "judge/runs.h"
#include "judge/select_runs.h"
#include "reports/runs_view.h"
#include "store/store.h"

struct options {
    struct query query;
    bool json, no_pager;
};

static void set_option(void *input, enum option_id option, char *value)
{
    struct options *options = input;

    options->json |= option == OPTION_JSON;
    options->no_pager |= option == OPTION_NO_PAGER;
    if (option == OPTION_QUERY)
        query_option(value, QUERY_RUNS, &options->query);
}

static void apply_query(struct store *store, const struct query *query, struct listed_runs *runs,
                        struct selection *ret_selection)
{
    _cleanup_(query_with_done) struct query_with with;

    query_with_init(&with);
    if (query->nodes.count > 0)
        select_runs(store, query, &with.with, runs, ret_selection);
}

static int load(const struct options *options, struct listed_runs *ret_runs,
                struct selection *ret_selection, struct error **err)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    const char *home = NULL;
    size_t unknown;
    int code = home_folder(&home, err);

    if (code == 0)
        code = store_open(home, &store, err);
    if (code == 0)
        code = runs_load(store, ret_runs, err);
    if (code < 0)
        return code;
    apply_query(store, &options->query, ret_runs, ret_selection);
    unknown = store_count_unknown_runs(store);
    if (unknown > 0)
        log_warning("%zu more %s a folder in '%s/runs', but the store does not know %s: "
                    "'touchstone doctor' says more",
                    unknown, ngettext("run has", "runs have", unknown), home,
                    ngettext("it", "them", unknown));
    return 0;
}

static void print(const struct listed_runs *runs, const struct selection *selection, bool json)
{
    _cleanup_buffer_ struct buffer text = {0};

    if (json) {
        _cleanup_(json_writer_done) struct json_writer to = {.sink = output_write_json};

        runs_view_write_json(runs, selection, &to);
        return;
    }
    runs_view_text(runs, selection, cli_colour(STDOUT_FILENO), &text);
    output_write(text.data, text.length);
}

int cmd_runs(int argc, char **argv)
{
    _cleanup_(listed_runs_done) struct listed_runs runs = {0};
    _cleanup_(selection_done) struct selection selection = {.query = NULL};
    struct options options = {.json = false};
    struct error *err = NULL;
    int code;

    home_reads_only();
    cli_parse(argc, argv, set_option, &options);
    code = load(&options, &runs, &selection, &err);
    query_done(&options.query);
    if (code < 0)
        return cli_fail(err);
    if (runs.count == 0 && !options.json) {
        log_info("there are no runs yet: start one with 'touchstone run'");
        return EXIT_NO_RESULTS;
    }
    if (!options.json && !options.no_pager)
        pager_start();
    print(&runs, &selection, options.json);
    code = EXIT_COMPATIBLE;
    vec_foreach (run, &runs)
        if (run->damage != NULL) {
            log_error("%s", run->damage);
            code = EXIT_IO;
        }
    return runs.count == 0 ? EXIT_NO_RESULTS : code;
}
