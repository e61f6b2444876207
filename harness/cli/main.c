/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone VERB: finds the verb and runs it. */
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/output.h"

static bool is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "-?") == 0;
}

/* argv[0] is the group: "image". */
static int run_command(const struct verb *group, int argc, char **argv)
{
    _cleanup_free_ char *name = NULL;
    const struct verb *verb;

    if (argc > 1 && is_help(argv[1])) {
        verb_print_help(group);
        return EXIT_COMPATIBLE;
    }
    if (argc < 2)
        return verb_unknown(group->name, NULL);
    name = text_format("%s %s", group->name, argv[1]);
    verb = verb_find(name);
    if (verb == NULL)
        return verb_unknown(group->name, argv[1]);
    argv[1] = name;
    return verb_run(verb, argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
    const struct verb *verb;

    output_init();
    setlocale(LC_ALL, "");
    if (argc < 2) {
        _cleanup_free_ char *help = verb_help(NULL);

        fputs(help, stderr);
        return EXIT_USAGE;
    }
    if (is_help(argv[1])) {
        verb_print_help(NULL);
        return EXIT_COMPATIBLE;
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        puts("touchstone " TOUCHSTONE_VERSION);
        return EXIT_COMPATIBLE;
    }
    verb = strchr(argv[1], ' ') == NULL ? verb_find(argv[1]) : NULL;
    if (verb == NULL)
        return verb_unknown(NULL, argv[1]);
    return verb->group ? run_command(verb, argc - 1, argv + 1) : verb_run(verb, argc - 1, argv + 1);
}
