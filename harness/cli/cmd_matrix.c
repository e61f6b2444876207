/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone matrix: shows every cell of a run with its verdict. */
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/json_write.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/conclude.h"
#include "cli/output.h"
#include "cli/pager.h"
#include "cli/query.h"
#include "cli/view_choice.h"
#include "cli/waivers.h"
#include "home/home.h"
#include "judge/across.h"
#include "judge/select_matrix.h"
#include "reports/across_view.h"
#include "store/store.h"

struct options {
    const char *run, *view, *waivers; /* run NULL: the latest */
    struct query query;
    struct across_options across;
    struct strv lines;
    struct view_choice choice;
    bool is_across, json, all, no_pager;
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
    options->is_across |= option == OPTION_ACROSS || option == OPTION_VIEW;
    if (option == OPTION_VIEW)
        options->view = value;
    if (option == OPTION_LINE)
        strv_add(&options->lines, value);
    if (option == OPTION_MAX_AGE)
        options->across.max_age = (unsigned)cli_number(option, value, 1, VIEW_MAX_AGE);
    if (option == OPTION_QUERY)
        query_option(value, QUERY_MATRIX, &options->query);
    if (option == OPTION_WORD)
        options->run = value;
}

/* across: NULL if it is the matrix of one run. */
static int apply_query(struct store *store, const struct options *options, struct matrix *matrix,
                       struct across *across, struct error **err)
{
    _cleanup_(query_with_done) struct query_with with;

    query_with_init(&with);
    if (options->query.nodes.count == 0)
        return 0;
    return across != NULL ? select_across(store, &options->query, &with.with, across, err)
                          : select_matrix(store, &options->query, &with.with, matrix, err);
}

static int load_run(const struct options *options, struct store *store, struct waivers *waivers,
                    struct matrix *ret_matrix, struct error **err)
{
    _cleanup_free_ char *run_id = NULL;
    int code = store_find_run(store, options->run != NULL ? options->run : "latest", &run_id, err);

    if (code == 0)
        code = matrix_load(store, run_id, ret_matrix, err);
    if (code == 0)
        code = matrix_apply_waivers(store, waivers, ret_matrix, err);
    return code;
}

/* One of `ret_matrix` and `ret_across` is loaded. */
static int load(struct options *options, struct matrix *ret_matrix, struct across *ret_across,
                struct error **err)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_(waivers_done) struct waivers waivers = {.rows = {0}};
    const char *home = NULL;
    int code = waivers_load(options->waivers, &waivers, err);

    if (code == 0 && options->view != NULL)
        code = view_choice_load(options->view, &options->choice, &options->across, err);
    options->across.lines = options->view != NULL ? options->across.lines : &options->lines;
    options->across.waivers = &waivers;
    options->across.now_ms = clock_wall_ms();
    if (code == 0)
        code = home_folder(&home, err);
    if (code == 0)
        code = store_open(home, &store, err);
    if (code == 0)
        code = options->is_across ? across_load(store, &options->across, ret_across, err)
                                  : load_run(options, store, &waivers, ret_matrix, err);
    if (code == 0)
        code = apply_query(store, options, ret_matrix, options->is_across ? ret_across : NULL, err);
    if (code == 0)
        waivers_warn(options->waivers, &waivers);
    return code;
}

static int print_across(const struct across *across, const struct options *options)
{
    _cleanup_buffer_ struct buffer text = {0};

    if (options->json) {
        _cleanup_(json_writer_done) struct json_writer to = {.sink = output_write_json};

        across_view_write_json(across, options->policy, &to);
        return matrix_exit_code(&across->matrix, options->policy);
    }
    across_view_text(across, cli_colour(STDOUT_FILENO), &text);
    output_write(text.data, text.length);
    return matrix_exit_code(&across->matrix, options->policy);
}

static void check_options(const struct options *options)
{
    if (options->view != NULL && (options->lines.count > 0 || options->across.max_age > 0))
        cli_refuse("--view '%s' says itself which images are builds of one line, and how old a "
                   "result may be: leave out --line and --max-age, or save another view",
                   options->view);
    if (options->view != NULL && options->run != NULL)
        cli_refuse("--view '%s' shows the newest results of many runs, not run '%s'", options->view,
                   options->run);
    if (options->is_across && options->run != NULL)
        cli_refuse("--across shows the newest results of all runs, not run '%s'", options->run);
    if (!options->is_across && options->lines.count > 0)
        cli_refuse("--line needs --across: it says which images are builds of one line");
    if (!options->is_across && options->across.max_age > 0)
        cli_refuse("--max-age needs --across");
}

int cmd_matrix(int argc, char **argv)
{
    _cleanup_(matrix_done) struct matrix matrix = {0};
    _cleanup_(across_done) struct across across = {.matrix = {.cells = {0}}};
    struct options options = {.run = NULL};
    struct error *err = NULL;
    int code;

    home_reads_only();
    cli_parse(argc, argv, set_option, &options);
    check_options(&options);
    code = load(&options, &matrix, &across, &err);
    query_done(&options.query);
    if (code == 0 && !options.json && !options.no_pager)
        pager_start();
    if (code == 0)
        code = options.is_across
                   ? print_across(&across, &options)
                   : conclude_print(&matrix, options.json, options.all, options.policy);
    else
        code = cli_fail(err);
    strv_done(&options.lines);
    view_choice_done(&options.choice);
    return code;
}
