/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the verbs share. A verb is one file cmd_<verb>.c with one function, one row in
 * verbs.def, and one page in man/. Results go to stdout, everything else to stderr.
 */
#ifndef TS_CLI_CLI_H
#define TS_CLI_CLI_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/options.h"

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

/* Prints the error's message and returns the exit code for its kind; frees it. */
int cli_fail(struct error *err);

/* Prints the message and "see 'touchstone VERB --help'", returns EXIT_USAGE. */
int cli_usage(const char *verb, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Called for each option in its order, then for each word with OPTION_WORD; value is NULL for an
 * option without an argument, else borrowed from argv. */
typedef void cli_take(void *input, enum option_id option, char *value);

/* Parses the options of the verb argv[0] by the tables of options.h; options after words are
 * recognized too. Ends the program with 0 on --help, and with 64 on what the tables do not have: an
 * unknown option (with the closest name), a value that is not listed, too many or too few words. */
void cli_parse(int argc, char **argv, cli_take *take, void *input);

/* The same for what a verb's own take refuses: prints the message and ends the program with 64. */
void cli_refuse(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* The number that is an option's value; refuses what is not in the range. */
uint64_t cli_number(enum option_id option, const char *value, uint64_t min, uint64_t max);

/* Colour and progress only where a person looks: a terminal, and NO_COLOR unset. */
bool cli_colour(int fd);

/* printf for text that may hold something foreign: what could mislead a reader is escaped, lines
 * and tabs stay (buffer_printable). */
void cli_print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Prints an object as JSON to stdout, indented, behind the name and version of its format
 * (json_with_format); a schema of that name is in man/schemas/. Whether it could be written is
 * looked at when the program ends (output.h). */
struct json_t; /* jansson */
int cli_print_json(const char *format, int version, const struct json_t *json);

#endif
