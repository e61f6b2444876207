/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone history: shows a cell or a case over all runs. */
#include <errno.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json_write.h"
#include "cli/cell_name.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/pager.h"
#include "cli/query.h"
#include "home/home.h"
#include "judge/case_rates.h"
#include "judge/select_history.h"
#include "reports/history_cases_view.h"
#include "reports/history_view.h"
#include "store/store.h"

struct options {
    const char *cell, *case_id, *query;
    bool cases, json, no_pager;
};

static void set_option(void *input, enum option_id option, char *value)
{
    struct options *options = input;

    options->json |= option == OPTION_JSON;
    options->no_pager |= option == OPTION_NO_PAGER;
    options->cases |= option == OPTION_CASES;
    if (option == OPTION_CASE)
        options->case_id = value;
    if (option == OPTION_QUERY)
        options->query = value;
    if (option == OPTION_WORD)
        options->cell = value;
}

struct found {
    struct cell_records names;
    struct cell_series series;
    struct history_rows rows;
    struct history_cases cases; /* with --cases */
    struct selection selection;
};

static void found_done(struct found *found)
{
    selection_done(&found->selection);
    history_cases_done(&found->cases);
    history_rows_done(&found->rows);
    strv_done(&found->series.images);
    cell_records_done(&found->names);
}

/* A case that no run knows is a typing error, not a history without failures. */
static int check_case(const struct options *options, const struct found *found, struct error **err)
{
    if (options->case_id == NULL || (found->rows.count == 0 && found->rows.aside > 0))
        return 0;
    vec_foreach (row, &found->rows) {
        const struct history_case *seen = &row->seen;

        if (seen->status != STATUS_MISS || seen->passed + seen->failed + seen->errors > 0)
            return 0;
    }
    return error_set(err, -ENOENT,
                     "no run has a result of case '%s' of suite '%s' on %s: 'touchstone suite show "
                     "%s' lists its cases",
                     options->case_id, found->series.suite, found->series.platform,
                     found->series.suite);
}

static int load(const struct options *options, struct found *found, struct error **err)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_free_ char *newest = NULL;
    const char *home = NULL;
    int code = home_folder(&home, err);

    if (code == 0)
        code = store_open(home, &store, err);
    /* Says it if there are no runs. */
    if (code == 0)
        code = store_find_run(store, "newest", &newest, err);
    if (code == 0)
        code = store_read_all_names(store, &found->names, err);
    if (code == 0)
        code = cell_name_find_series(&found->names, options->cell, &found->series, err);
    if (code == 0)
        code = history_load(store, &found->series.images, found->series.platform,
                            found->series.suite, options->case_id, &found->rows, err);
    if (code == 0 && options->cases)
        code = store_read_history_cases(store, &found->rows, &found->cases, err);
    return code == 0 ? check_case(options, found, err) : code;
}

/* What the query may name depends on --case. */
static void parse_query(const struct options *options, struct query *query)
{
    if (options->query != NULL)
        query_option(options->query, options->case_id != NULL ? QUERY_HISTORY_CASE : QUERY_HISTORY,
                     query);
}

static void apply_query(const struct options *options, const struct query *query,
                        struct found *found)
{
    _cleanup_(query_with_done) struct query_with with;

    query_with_init(&with);
    if (options->query != NULL)
        select_history(&found->rows, options->case_id != NULL, query, &with.with,
                       &found->selection);
}

static void print_cases(const struct options *options, const struct found *found)
{
    struct case_rates rates = {0};
    const struct history_cases_view view = {found->series.platform, found->series.suite,
                                            &found->rows, &rates};
    _cleanup_buffer_ struct buffer text = {0};

    case_rates_make(&found->rows, &found->cases, &rates);
    if (options->json) {
        _cleanup_(json_writer_done) struct json_writer to = {.sink = output_write_json};

        history_cases_view_write_json(&view, &to);
    } else {
        if (!options->no_pager)
            pager_start();
        history_cases_view_text(&view, cli_colour(STDOUT_FILENO), &text);
        output_write(text.data, text.length);
    }
    vec_done(&rates);
}

static void print(const struct options *options, const struct found *found)
{
    const struct history_view view = {found->series.platform, found->series.suite, options->case_id,
                                      &found->rows, &found->selection};
    _cleanup_buffer_ struct buffer text = {0};

    if (options->json) {
        _cleanup_(json_writer_done) struct json_writer to = {.sink = output_write_json};

        history_view_write_json(&view, &to);
        return;
    }
    if (!options->no_pager)
        pager_start();
    history_view_text(&view, cli_colour(STDOUT_FILENO), &text);
    output_write(text.data, text.length);
}

int cmd_history(int argc, char **argv)
{
    _cleanup_(found_done) struct found found = {.series = {.platform = NULL}};
    _cleanup_(query_done) struct query query = {.root = QUERY_NONE};
    struct options options = {.json = false};
    struct error *err = NULL;
    int code;

    home_reads_only();
    cli_parse(argc, argv, set_option, &options);
    if (options.cases && (options.case_id != NULL || options.query != NULL))
        return cli_usage("history", "--cases cannot be combined with %s",
                         options.case_id != NULL ? "--case" : "--query");
    parse_query(&options, &query);
    code = load(&options, &found, &err);
    if (code < 0)
        return cli_fail(err);
    if (options.cases) {
        print_cases(&options, &found);
        return EXIT_COMPATIBLE;
    }
    apply_query(&options, &query, &found);
    print(&options, &found);
    return EXIT_COMPATIBLE;
}
