/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone help: prints the same as --help of a verb. */
#include "base/cleanup.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/commands.h"

struct words {
    const char *verb, *command;
};

static void set_option(void *input, enum option_id option, char *value)
{
    struct words *words = input;

    if (option == OPTION_WORD)
        *(words->verb == NULL ? &words->verb : &words->command) = value;
}

int cmd_help(int argc, char **argv)
{
    struct words words = {0};
    _cleanup_free_ char *name = NULL;
    const struct verb *verb;

    cli_parse(argc, argv, set_option, &words);
    if (words.verb == NULL) {
        verb_print_help(NULL);
        return EXIT_COMPATIBLE;
    }
    verb = verb_find(words.verb);
    if (verb == NULL)
        return verb_unknown(NULL, words.verb);
    if (words.command != NULL) {
        name = text_format("%s %s", words.verb, words.command);
        verb = verb_find(name);
        if (verb == NULL)
            return verb_unknown(words.verb, words.command);
    }
    verb_print_help(verb);
    return EXIT_COMPATIBLE;
}
