/* SPDX-License-Identifier: Apache-2.0 */
/* Finds and runs a program's verbs, or executes the worker. */
#include "cli/programs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "base/translate.h"
#include "cli/output.h"
#include "home/home.h"

/* Set by touchstone, so that a worker of another version, left over by an update, is detected. */
#define CALLER "TOUCHSTONE_CALLER_VERSION"

static void begin(void)
{
    output_init();
    translate_begin(home_locale_folder());
}

static bool is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "-?") == 0;
}

/* argv[0] is the name of the group: "image". */
static int run_command(verb_function *const functions[], const struct verb *group, int argc,
                       char **argv)
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
    return functions[verb - verbs](argc - 1, argv + 1);
}

int touchstone_main(verb_function *const functions[], int argc, char **argv)
{
    const struct verb *verb;

    begin();
    setenv(CALLER, TOUCHSTONE_VERSION, 1);
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
    return verb->group ? run_command(functions, verb, argc - 1, argv + 1)
                       : functions[verb - verbs](argc - 1, argv + 1);
}

/* Without the variable, a user started it by hand. */
static bool check_caller(void)
{
    const char *caller = getenv(CALLER), *path = "worker";

    if (caller == NULL || text_equal(caller, TOUCHSTONE_VERSION)) {
        unsetenv(CALLER);
        return true;
    }
    home_program(&path, NULL);
    log_error("'%s' is version %s, but touchstone is version %s: install both from one package, "
              "or build both again",
              path, TOUCHSTONE_VERSION, caller);
    return false;
}

int worker_main(verb_function *const functions[], int argc, char **argv)
{
    const struct verb *verb = argc > 1 ? verb_find(argv[1]) : NULL;

    begin();
    if (!check_caller())
        return EXIT_IO;
    if (argc > 1 && strcmp(argv[1], "--version") == 0) {
        puts("touchstone " TOUCHSTONE_VERSION);
        return EXIT_COMPATIBLE;
    }
    if (verb == NULL || functions[verb - verbs] == NULL) {
        log_error("this program is started by touchstone only: unknown verb '%s'",
                  argc > 1 ? argv[1] : "");
        return EXIT_USAGE;
    }
    return functions[verb - verbs](argc - 1, argv + 1);
}

int cli_worker(int argc, char **argv)
{
    _cleanup_free_ char **words = text_calloc((size_t)argc + 2, sizeof(*words));
    const char *worker = NULL;
    struct error *err = NULL;

    if (home_worker(&worker, &err) < 0)
        return cli_fail(err);
    words[0] = (char *)worker;
    memcpy(words + 1, argv, (size_t)argc * sizeof(*words));
    execv(worker, words);
    error_set_errno(&err, -errno, "cannot run '%s'", worker);
    return cli_fail(err);
}
