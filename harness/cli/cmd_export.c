/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone export: writes a run with its evidence to a file. */
#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "exchange/exchange.h"
#include "home/home.h"
#include "store/store.h"

struct options {
    const char *run, *output;
};

static void set_option(void *input, enum option_id option, char *value)
{
    struct options *options = input;

    if (option == OPTION_OUTPUT)
        options->output = value;
    if (option == OPTION_WORD)
        options->run = value;
}

static int export_run(const struct options *options, struct error **err)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_(exchanged_run_done) struct exchanged_run run = {.id = NULL};
    _cleanup_free_ char *run_id = NULL, *file = NULL;
    const char *home = NULL;
    int code = home_folder(&home, err);

    if (code == 0)
        code = store_open(home, &store, err);
    if (code == 0)
        code = store_find_run(store, options->run, &run_id, err);
    if (code < 0)
        return code;
    file = options->output != NULL ? text_dup(options->output) : text_format("%s.tar.zst", run_id);
    code = exchange_write(store, run_id, TOUCHSTONE_VERSION, file, &run, err);
    if (code < 0)
        return code;
    cli_print("%s\n", file);
    log_line(LOG_INFO, "run %s: %zu %s, %zu %s of evidence; 'touchstone import' adds it elsewhere",
             run.id, run.attempts, text_plural(run.attempts, "result", "results"), run.evidence,
             text_plural(run.evidence, "piece", "pieces"));
    return 0;
}

int cmd_export(int argc, char **argv)
{
    struct options options = {.run = "latest"};
    struct error *err = NULL;

    home_reads_only();
    cli_parse(argc, argv, set_option, &options);
    return export_run(&options, &err) < 0 ? cli_fail(err) : EXIT_COMPATIBLE;
}
