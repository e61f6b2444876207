/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone programme status: what a run says of certification programmes. */
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json_write.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/pager.h"
#include "cli/programme_load.h"
#include "home/home.h"
#include "reports/matrix_view.h"
#include "reports/programme_view.h"

struct options {
    struct programme_request request;
    bool json, no_pager;
};

static void set_option(void *input, enum option_id option, char *value)
{
    struct options *options = input;

    options->json |= option == OPTION_JSON;
    options->no_pager |= option == OPTION_NO_PAGER;
    programme_request_option(&options->request, option, value);
}

static const char *path_of(const struct programme_loaded *loaded, const struct programme *programme)
{
    for (size_t i = 0; i < loaded->programmes.count; i++)
        if (loaded->programmes.items[i] == programme)
            return loaded->paths.items[i];
    return NULL;
}

static void print_json(const struct programme_loaded *loaded)
{
    _cleanup_(json_writer_done) struct json_writer to = {.sink = output_write_json};
    const struct run_record *run = &loaded->report.matrix.run;

    json_write_object(&to, NULL);
    json_write_format(&to, "touchstone-programme-status", 1);
    json_write_text(&to, "run", run->id);
    json_write_text(&to, "state", run_state_name(run->state));
    json_write_bool(&to, "aside", run->plan.aside);
    json_write_array(&to, "programmes");
    vec_foreach (status, &loaded->statuses)
        programme_view_write(&loaded->report, status, path_of(loaded, status->programme), &to);
    json_write_end(&to);
    json_write_end(&to);
}

static void print_text(const struct programme_loaded *loaded)
{
    _cleanup_buffer_ struct buffer text = {0};

    vec_foreach (status, &loaded->statuses)
        programme_view_text(&loaded->report, status, cli_colour(STDOUT_FILENO), &text);
    output_write(text.data, text.length);
}

/* 0: each programme is reached in its first level at least. */
static int exit_code(const struct programme_loaded *loaded)
{
    bool failed = false, open = false;

    vec_foreach (status, &loaded->statuses) {
        open |= status->reached < 0;
        vec_foreach (state, &status->items)
            failed |= *state == PROGRAMME_FAILED;
    }
    return failed ? EXIT_INCOMPATIBLE : open ? EXIT_NOT_ASSESSED : EXIT_COMPATIBLE;
}

int cmd_programme_status(int argc, char **argv)
{
    struct options options = {.request = {.run = "latest"}};
    _cleanup_(programme_loaded_done) struct programme_loaded loaded = {.store = NULL};
    struct error *err = NULL;
    int code;

    home_reads_only();
    cli_parse(argc, argv, set_option, &options);
    code = programme_load(&options.request, &loaded, &err);
    programme_request_done(&options.request);
    if (code < 0)
        return cli_fail(err);
    if (options.json)
        print_json(&loaded);
    else {
        if (!options.no_pager)
            pager_start();
        print_text(&loaded);
    }
    return exit_code(&loaded);
}
