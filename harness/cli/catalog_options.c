/* SPDX-License-Identifier: Apache-2.0 */
/* The option parser of the small commands. */
#include "cli/catalog_options.h"

#include "cli/cli.h"

static void set_option(void *input, enum option_id option, char *value)
{
    struct catalog_options *options = input;

    options->json |= option == OPTION_JSON;
    options->dry_run |= option == OPTION_DRY_RUN;
    if (option == OPTION_FOLDER)
        options->folder = value;
    else if (option == OPTION_WORD)
        strv_add(&options->words, value);
}

void catalog_options_parse(int argc, char **argv, struct catalog_options *ret_options)
{
    *ret_options = (struct catalog_options){0};
    cli_parse(argc, argv, set_option, ret_options);
}

void catalog_options_done(struct catalog_options *options)
{
    strv_done(&options->words);
}

int catalog_command(int argc, char **argv, catalog_verb *verb)
{
    struct catalog_options options;
    struct error *err = NULL;
    int code;

    catalog_options_parse(argc, argv, &options);
    code = verb(&options, &err);
    catalog_options_done(&options);
    return code < 0 ? cli_fail(err) : code;
}
