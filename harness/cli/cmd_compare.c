/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone compare: how a suite behaves on several platforms and images. */
#include <unistd.h>

#include "base/cleanup.h"
#include "base/json_write.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/compare_load.h"
#include "cli/output.h"
#include "cli/pager.h"
#include "home/home.h"
#include "reports/compare_view.h"

struct options {
    struct compare_request request;
    bool all, json, no_pager, strict;
};

static void set_option(void *input, enum option_id option, char *value)
{
    struct options *options = input;

    options->json |= option == OPTION_JSON;
    options->all |= option == OPTION_ALL;
    options->strict |= option == OPTION_STRICT;
    options->no_pager |= option == OPTION_NO_PAGER;
    if (option == OPTION_SUITE)
        options->request.suite = value;
    if (option == OPTION_REFERENCE)
        options->request.reference = value;
    if (option == OPTION_WORD)
        strv_add(&options->request.runs, value);
}

static void print(const struct comparisons *found, const struct options *options)
{
    _cleanup_buffer_ struct buffer text = {0};

    if (options->json) {
        _cleanup_(json_writer_done) struct json_writer to = {.sink = output_write_json};

        compare_view_write_json(found->items, found->count, &to);
        return;
    }
    if (!options->no_pager)
        pager_start();
    for (size_t i = 0; i < found->count; i++)
        compare_view_text(&found->items[i], options->all, cli_colour(STDOUT_FILENO), &text);
    output_write(text.data, text.length);
}

static int exit_code(const struct comparisons *found, bool strict)
{
    unsigned breaking = 0, review = 0;
    bool open = false;

    vec_foreach (each, found) {
        breaking += each->counts[COMPARE_BREAKING];
        review += each->counts[COMPARE_REVIEW];
        open |= each->problem != NULL || each->left_out > 0 || !each->rules;
    }
    if (breaking > 0 || (strict && review > 0))
        return EXIT_INCOMPATIBLE;
    return open ? EXIT_NOT_ASSESSED : EXIT_COMPATIBLE;
}

int cmd_compare(int argc, char **argv)
{
    _cleanup_(comparisons_done) struct comparisons found = {0};
    struct options options = {.all = false};
    struct error *err = NULL;
    int code;

    home_reads_only();
    cli_parse(argc, argv, set_option, &options);
    if (options.request.runs.count == 0)
        strv_add(&options.request.runs, "latest");
    code = compare_load(&options.request, &found, &err);
    strv_done(&options.request.runs);
    if (code < 0)
        return cli_fail(err);
    print(&found, &options);
    return exit_code(&found, options.strict);
}
