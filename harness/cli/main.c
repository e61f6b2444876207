/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone VERB: finds the verb and runs it. */
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "cli/cli.h"
#include "cli/output.h"

static void print_help(FILE *to)
{
    fputs("Usage: touchstone VERB [OPTION…]\n\n"
          "Boots OS images on CPU platforms, runs products' test suites there and keeps one\n"
          "compatibility matrix with evidence behind every cell.\n\n",
          to);
    for (const struct verb *row = verbs; row->name != NULL; row++)
        if (!row->hidden)
            fprintf(to, "  %-10s %s\n", row->name, row->summary);
    fputs("\n'touchstone VERB --help' lists a verb's options; 'man touchstone-VERB' tells more.\n"
          "Exit codes: 0 compatible, 1 incompatible, 2 not assessed, 3 no results, 4 all skipped,\n"
          "64 usage, 74 the host failed, 130 interrupted and resumable.\n",
          to);
}

int main(int argc, char **argv)
{
    output_init();
    setlocale(LC_ALL, "");
    if (argc < 2) {
        print_help(stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-?") == 0 ||
        strcmp(argv[1], "help") == 0) {
        print_help(stdout);
        return EXIT_COMPATIBLE;
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        puts("touchstone " TOUCHSTONE_VERSION);
        return EXIT_COMPATIBLE;
    }
    for (const struct verb *row = verbs; row->name != NULL; row++)
        if (strcmp(argv[1], row->name) == 0)
            return row->run(argc - 1, argv + 1);
    log_error("'%s' is not a verb: 'touchstone --help' lists them", argv[1]);
    return EXIT_USAGE;
}
