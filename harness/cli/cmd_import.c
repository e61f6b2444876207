/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone import: adds a run that another home has exported. */
#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "exchange/exchange.h"
#include "home/home.h"
#include "home/lock.h"
#include "store/store.h"

static void set_option(void *input, enum option_id option, char *value)
{
    if (option == OPTION_WORD)
        *(const char **)input = value;
}

static int import(const char *file, struct error **err)
{
    _cleanup_close_ int lock = -1;
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_(exchanged_run_done) struct exchanged_run run = {.id = NULL};
    const char *home = NULL;
    int code = home_folder(&home, err);

    if (code == 0)
        code = home_lock(&lock, err);
    if (code == 0)
        code = store_open(home, &store, err);
    if (code == 0)
        code = exchange_read(store, file, &run, err);
    if (code < 0)
        return code;
    cli_print("%s\n", run.id);
    if (run.known)
        log_line(LOG_INFO, "run %s is in the store already: nothing was changed", run.id);
    else
        log_line(
            LOG_INFO,
            "run %s of host '%s': %zu %s, %zu %s of evidence; 'touchstone matrix %s' judges it",
            run.id, run.host, run.attempts, text_plural(run.attempts, "result", "results"),
            run.evidence, text_plural(run.evidence, "piece", "pieces"), run.id);
    return 0;
}

int cmd_import(int argc, char **argv)
{
    const char *file = NULL;
    struct error *err = NULL;

    cli_parse(argc, argv, set_option, &file);
    return import(file, &err) < 0 ? cli_fail(err) : EXIT_COMPATIBLE;
}
