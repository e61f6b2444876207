/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the verbs share. A verb is one file cmd_<verb>.c with one function, one row in
 * verbs.def, and one page in man/. Results go to stdout, everything else to stderr.
 */
#ifndef TS_CLI_CLI_H
#define TS_CLI_CLI_H

#include <argp.h>
#include <stdbool.h>

struct error;

/* Documented in touchstone(1). */
enum exit_code {
    EXIT_COMPATIBLE = 0,
    EXIT_INCOMPATIBLE = 1,
    EXIT_NOT_ASSESSED = 2,
    EXIT_NO_RESULTS = 3,
    EXIT_ALL_SKIPPED = 4,
    EXIT_PARTIAL = 5,
    EXIT_USAGE =
        64,       /* what was asked for cannot be done as asked: a flag, a name, a file's content */
    EXIT_IO = 74, /* the host could not: disk full, unreadable, no emulator, no libvirt */
    EXIT_INTERRUPTED = 130,
};

struct verb {
    const char *name;
    const char *summary;               /* one line, for `touchstone --help` */
    int (*run)(int argc, char **argv); /* argv[0] is the verb; returns an exit_code */
    bool hidden;                       /* internal: not in --help */
};
extern const struct verb verbs[]; /* ends with a row whose name is NULL */

/* Prints the error's message and returns the exit code for its kind; frees it. */
int cli_fail(struct error *err);

/* Prints the message and "see 'touchstone VERB --help'", returns EXIT_USAGE. */
int cli_usage(const char *verb, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* argp_parse with our conventions: exit code 64, program name "touchstone VERB"; options after
 * words are taken too. Exits by itself on --help and on an unknown flag. */
void cli_parse(const struct argp *argp, int argc, char **argv, void *input);

/* For a verb with subcommands ("image add"): runs the row that argv[1] names, with argv shifted. */
int cli_subcommand(const char *verb, const struct verb *table, int argc, char **argv);

/* Colour and progress only where a person looks: a terminal, and NO_COLOR unset. */
bool cli_colour(int fd);

/* printf for text that may hold something foreign: what could mislead a reader is escaped, lines and
 * tabs stay (buffer_printable). */
void cli_print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Prints JSON to stdout, indented, keys in the order they were set, final newline. Whether it could
 * be written is looked at when the program ends (output.h). */
struct json_t; /* jansson */
int cli_print_json(const struct json_t *json);

#endif
