/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone diff: shows what changed from one run to another. */
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json_write.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/image_map.h"
#include "cli/output.h"
#include "cli/pager.h"
#include "cli/query.h"
#include "cli/view_choice.h"
#include "cli/waivers.h"
#include "home/home.h"
#include "judge/select_diff.h"
#include "reports/diff_view.h"
#include "store/store.h"

struct options {
    const char *runs[2], *waivers;
    size_t run_count;
    struct image_map images; /* points into argv */
    struct query query;
    bool json, no_pager;
};

static void set_option(void *input, enum option_id option, char *value)
{
    struct options *options = input;

    options->json |= option == OPTION_JSON;
    options->no_pager |= option == OPTION_NO_PAGER;
    if (option == OPTION_MAP)
        image_map_add(&options->images, value);
    if (option == OPTION_WAIVERS)
        options->waivers = value;
    if (option == OPTION_QUERY)
        query_option(value, QUERY_DIFF, &options->query);
    if (option == OPTION_WORD)
        options->runs[options->run_count++] = value;
}

static int load(const struct options *options, struct waivers *waivers, struct run_diff *ret_diff,
                struct error **err)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_free_ char *after = NULL;
    const char *home = NULL;
    int code = waivers_load(options->waivers, waivers, err);

    if (code == 0)
        code = home_folder(&home, err);
    if (code == 0)
        code = store_open(home, &store, err);
    if (code == 0)
        code = store_find_run(store, options->runs[1], &after, err);
    if (code == 0)
        code = view_choice_diff(store, options->runs[0], after, options->images.items,
                                options->images.count, waivers, ret_diff, err);
    if (code == 0)
        waivers_warn(options->waivers, waivers);
    return code;
}

static void apply_query(const struct query *query, struct run_diff *diff)
{
    _cleanup_(query_with_done) struct query_with with;

    query_with_init(&with);
    if (query->nodes.count > 0)
        select_diff(query, &with.with, diff);
}

static void print(const struct run_diff *diff, const struct options *options)
{
    _cleanup_buffer_ struct buffer text = {0};

    if (options->json) {
        _cleanup_(json_writer_done) struct json_writer to = {.sink = output_write_json};

        diff_view_write_json(diff, &to);
        return;
    }
    if (!options->no_pager)
        pager_start();
    diff_view_text(diff, cli_colour(STDOUT_FILENO), &text);
    output_write(text.data, text.length);
}

int cmd_diff(int argc, char **argv)
{
    _cleanup_(run_diff_done) struct run_diff diff = {.compared = 0};
    _cleanup_(waivers_done) struct waivers waivers = {.rows = {0}};
    struct options options = {.run_count = 0};
    struct error *err = NULL;
    int code;

    home_reads_only();
    cli_parse(argc, argv, set_option, &options);
    if (view_choice_name(options.runs[1]) != NULL)
        cli_refuse("'%s' is a view: compare it with a later run, as in 'touchstone diff %s latest'",
                   options.runs[1], options.runs[1]);
    code = load(&options, &waivers, &diff, &err);
    vec_done(&options.images);
    if (code == 0)
        apply_query(&options.query, &diff);
    query_done(&options.query);
    if (code < 0)
        return cli_fail(err);
    print(&diff, &options);
    return run_diff_is_worse(&diff) ? EXIT_INCOMPATIBLE : EXIT_COMPATIBLE;
}
