/* SPDX-License-Identifier: Apache-2.0 */
/* Helpers shared by the verbs. A verb has a file cmd_<verb>.c with one function, a row in
 * verbs.def, and a page in man/. Results are written to stdout, everything else to stderr. */
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
    EXIT_USAGE = 64, /* the request is invalid: an option, a name, the content of a file */
    EXIT_IO = 74,    /* the host failed: disk full, file unreadable, no emulator, no libvirt */
    EXIT_INTERRUPTED = 130,
};

/* Prints the error's message, frees the error and returns the exit code for it. */
int cli_fail(struct error *err);

/* Prints the message and "see 'touchstone VERB --help'"; returns EXIT_USAGE. */
int cli_usage(const char *verb, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Called for each option in order, then for each positional argument with OPTION_WORD; value is
 * NULL for an option without an argument, else borrowed from argv. */
typedef void cli_set_option(void *input, enum option_id option, char *value);

/* Parses the options of the verb argv[0] according to the tables of options.h; options after
 * positional arguments are recognised. Exits with 0 on --help, and with 64 on an unknown option
 * (suggesting the closest name), a value that is not listed, or a wrong number of arguments. */
void cli_parse(int argc, char **argv, cli_set_option *take, void *input);

/* Exits with 64 after printing the message; for values that a verb itself rejects. */
void cli_refuse(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* Parses the value of an option as a number; exits with 64 if it is not in the range. */
uint64_t cli_number(enum option_id option, const char *value, uint64_t min, uint64_t max);

/* True if colour and progress may be used: fd is a terminal, and NO_COLOR is not set. */
bool cli_colour(int fd);

/* printf for text that may contain untrusted data: misleading characters are escaped, newlines and
 * tabs are preserved (buffer_printable). */
void cli_print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Prints an object as indented JSON to stdout, with the name and version of its format first
 * (json_with_format); man/schemas/ has a schema of that name. Write errors are detected when the
 * program ends (output.h). */
struct json_t; /* jansson */
int cli_print_json(const char *format, int version, const struct json_t *json);

#endif
