/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone import: adds a run that another home has exported, or results of another system. */
#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/plan_options.h"
#include "exchange/exchange.h"
#include "home/home.h"
#include "home/lock.h"
#include "reported/reported.h"
#include "store/store.h"

static void set_option(void *input, enum option_id option, char *value)
{
    struct reported_request *in = input;

    if (option == OPTION_LABEL || option == OPTION_BUILD)
        plan_options_check_line(option, value);
    if (option == OPTION_WORD)
        in->path = value;
    else if (option == OPTION_FROM)
        in->format = value;
    else if (option == OPTION_IMAGE)
        in->image = value;
    else if (option == OPTION_PLATFORM)
        in->platform = value;
    else if (option == OPTION_SUITE)
        in->suite = value;
    else if (option == OPTION_LABEL)
        in->label = value;
    else if (option == OPTION_BUILD)
        in->build = value;
}

static const char known[] = "run %s is in the store already: nothing was changed";

static int import_run(struct store *store, const char *file, struct error **err)
{
    _cleanup_(exchanged_run_done) struct exchanged_run run = {.id = NULL};
    int code = exchange_read(store, file, &run, err);

    if (code < 0)
        return code;
    cli_print("%s\n", run.id);
    if (run.known)
        log_line(LOG_INFO, known, run.id);
    else
        log_line(
            LOG_INFO,
            "run %s of host '%s': %zu %s, %zu %s of evidence; 'touchstone matrix %s' judges it",
            run.id, run.host, run.attempts, text_plural(run.attempts, "result", "results"),
            run.evidence, text_plural(run.evidence, "piece", "pieces"), run.id);
    return 0;
}

static int import_report(struct store *store, const struct reported_request *request,
                         struct error **err)
{
    _cleanup_(reported_run_done) struct reported_run run = {.id = NULL};
    int code = reported_import(store, request, &run, err);

    if (code < 0)
        return code;
    cli_print("%s\n", run.id);
    if (run.known)
        log_line(LOG_INFO, known, run.id);
    else
        log_line(
            LOG_INFO,
            "run %s: %zu %s from %zu %s, grade 'reported'; 'touchstone show %s/%s/%s --run %s' "
            "says what the report does not prove",
            run.id, run.cases, text_plural(run.cases, "case", "cases"), run.files,
            text_plural(run.files, "file", "files"), request->image, request->platform,
            request->suite, run.id);
    return 0;
}

static int import(const struct reported_request *request, struct error **err)
{
    _cleanup_close_ int lock = -1;
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    const char *home = NULL;
    int code = home_folder(&home, err);

    if (code == 0)
        code = home_lock(&lock, err);
    if (code == 0)
        code = store_open(home, &store, err);
    if (code < 0)
        return code;
    return request->format != NULL ? import_report(store, request, err)
                                   : import_run(store, request->path, err);
}

static void check(const struct reported_request *in)
{
    bool named = in->image != NULL || in->platform != NULL || in->suite != NULL ||
                 in->label != NULL || in->build != NULL;

    if (in->format == NULL && named)
        cli_refuse("--image, --platform, --suite, --label and --build are for a report: name its "
                   "format with --from");
    if (in->format != NULL && (in->image == NULL || in->platform == NULL || in->suite == NULL))
        cli_refuse("--from needs --image, --platform and --suite: which cell the report is about");
}

int cmd_import(int argc, char **argv)
{
    struct reported_request request = {.format = NULL};
    struct error *err = NULL;

    cli_parse(argc, argv, set_option, &request);
    check(&request);
    return import(&request, &err) < 0 ? cli_fail(err) : EXIT_COMPATIBLE;
}
