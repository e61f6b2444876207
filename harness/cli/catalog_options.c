/* SPDX-License-Identifier: Apache-2.0 */
/* One argp parser for the small commands. */
#include "cli/catalog_options.h"

#include "base/vec.h"
#include "cli/cli.h"

struct parsing {
    struct catalog_options *options;
    size_t min, max;
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct parsing *parsing = state->input;

    switch (key) {
    case 'J':
        parsing->options->json = true;
        return 0;
    case 'n':
        parsing->options->dry_run = true;
        return 0;
    case 'f':
        parsing->options->folder = argument;
        return 0;
    case ARGP_KEY_ARG:
        if (parsing->options->words.count >= parsing->max)
            argp_error(state, "'%s' is one word too many", argument);
        strv_add(&parsing->options->words, argument);
        return 0;
    case ARGP_KEY_END:
        if (parsing->options->words.count < parsing->min)
            argp_error(state, "a name is missing");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

void catalog_options_parse(int argc, char **argv, const char *usage, const char *doc,
                           unsigned allowed, size_t min, size_t max,
                           struct catalog_options *ret_options)
{
    static const struct {
        unsigned bit;
        struct argp_option option;
    } all[] = {
        {OPTION_JSON, {"json", 'J', NULL, 0, "Print JSON", 1}},
        {OPTION_DRY_RUN, {"dry-run", 'n', NULL, 0, "Only say what would be done", 1}},
        {OPTION_FOLDER, {"folder", 'f', "DIR", 0, "Make it there", 1}},
    };
    struct argp_option options[sizeof(all) / sizeof(all[0]) + 1] = {0};
    struct argp argp = {.options = options, .parser = parse, .args_doc = usage, .doc = doc};
    struct parsing parsing = {.options = ret_options, .min = min, .max = max};
    size_t count = 0;

    *ret_options = (struct catalog_options){0};
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        if (allowed & all[i].bit)
            options[count++] = all[i].option;
    cli_parse(&argp, argc, argv, &parsing);
}

void catalog_options_done(struct catalog_options *options)
{
    strv_done(&options->words);
}
