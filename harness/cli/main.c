/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone VERB: finds the verb and runs it. */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
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

static const struct verb *find_verb(const char *name)
{
    for (const struct verb *row = verbs; row->name != NULL; row++)
        if (strcmp(name, row->name) == 0)
            return row;
    log_error("'%s' is not a verb: 'touchstone --help' lists them", name);
    return NULL;
}

/* "help run" is "run --help", and so is "help image add". */
static int help_verb(int argc, char **argv)
{
    static char option[] = "--help";
    const struct verb *verb = find_verb(argv[0]);
    char **words;
    int code;

    if (verb == NULL)
        return EXIT_USAGE;
    words = text_calloc((size_t)argc + 2, sizeof(*words));
    memcpy(words, argv, (size_t)argc * sizeof(*words));
    words[argc] = option;
    code = verb->run(argc + 1, words);
    free(words);
    return code;
}

/* GLib, below libvirt, ends the process so when memory runs out, and has said it. */
static void end_for_library(int signal)
{
    (void)signal;
    _exit(EXIT_IO);
}

int main(int argc, char **argv)
{
    const struct verb *verb;

    signal(SIGTRAP, end_for_library);
    output_init();
    setlocale(LC_ALL, "");
    if (argc < 2) {
        print_help(stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-?") == 0 ||
        (strcmp(argv[1], "help") == 0 && argc == 2)) {
        print_help(stdout);
        return EXIT_COMPATIBLE;
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        puts("touchstone " TOUCHSTONE_VERSION);
        return EXIT_COMPATIBLE;
    }
    if (strcmp(argv[1], "help") == 0)
        return help_verb(argc - 2, argv + 2);
    verb = find_verb(argv[1]);
    return verb != NULL ? verb->run(argc - 1, argv + 1) : EXIT_USAGE;
}
