/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone suite import: makes a suite from tests that exist. */
#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/path.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "home/home.h"
#include "import/import.h"

struct options {
    const char *source, *name, *kind, *folder;
    struct strv only;
};

static void set_option(void *input, enum option_id option, char *value)
{
    struct options *options = input;

    if (option == OPTION_NAME)
        options->name = value;
    else if (option == OPTION_KIND)
        options->kind = value;
    else if (option == OPTION_FOLDER)
        options->folder = value;
    else if (option == OPTION_CASE)
        strv_add(&options->only, value);
    else if (option == OPTION_WORD)
        options->source = value;
}

static int import(const struct options *options, struct error **err)
{
    _cleanup_(import_outcome_done) struct import_outcome outcome = {0};
    _cleanup_free_ char *suites = NULL;
    struct import_request request = {.source = options->source,
                                     .name = options->name,
                                     .kind = options->kind,
                                     .parent = options->folder,
                                     .only = options->only};
    const char *home = NULL;
    int code = 0;

    if (request.parent == NULL) {
        code = home_folder(&home, err);
        if (code < 0)
            return code;
        suites = path_join(home, "suites");
        request.parent = suites;
    }
    code = import_suite(&request, &outcome, err);
    if (code < 0)
        return code;
    cli_print("%s\n", outcome.folder);
    log_line(LOG_INFO, "%s: %zu %s, %zu of them skipped; README.md says why", outcome.kind,
             outcome.cases, text_plural(outcome.cases, "case", "cases"), outcome.skipped);
    for (size_t i = 0; i < outcome.notes.count; i++)
        log_line(LOG_INFO, "%s", outcome.notes.items[i]);
    return 0;
}

int cmd_suite_import(int argc, char **argv)
{
    struct options options = {0};
    struct error *err = NULL;
    int code;

    cli_parse(argc, argv, set_option, &options);
    if (options.name == NULL)
        code = cli_usage("suite import", "--name is required");
    else
        code = import(&options, &err) < 0 ? cli_fail(err) : EXIT_COMPATIBLE;
    strv_done(&options.only);
    return code;
}
