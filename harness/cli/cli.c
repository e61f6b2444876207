/* SPDX-License-Identifier: Apache-2.0 */
/* Errors, option parsing and output as every verb does them. */
#include "cli/cli.h"
#include "cli/output.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"

/* What the caller can put right by asking otherwise, against what the host failed at. */
static int code_of(const struct error *err)
{
    switch (-err->code) {
    case EINVAL:
    case ENOENT:
    case EEXIST:
    case EBADMSG:
    case ENOTSUP:
    case ENOPKG:
    case EMEDIUMTYPE:
    case ERANGE:
    case EFBIG:
        return EXIT_USAGE;
    case EINTR:
        return EXIT_INTERRUPTED;
    default:
        return EXIT_IO;
    }
}

int cli_fail(struct error *err)
{
    int code = err != NULL ? code_of(err) : EXIT_IO;

    log_error("%s", error_message(err));
    error_free(err);
    return code;
}

int cli_usage(const char *verb, const char *format, ...)
{
    _cleanup_free_ char *text = NULL;
    va_list args;

    va_start(args, format);
    if (vasprintf(&text, format, args) < 0)
        text_out_of_memory();
    va_end(args);
    log_error("%s; see 'touchstone %s --help'", text, verb);
    return EXIT_USAGE;
}

static ssize_t write_escaped(void *closure, const char *data, size_t length)
{
    _cleanup_buffer_ struct buffer shown = {0};

    (void)closure;
    buffer_printable(&shown, data, length, true);
    return shown.length == 0 || write(STDERR_FILENO, shown.data, shown.length) >= 0
               ? (ssize_t)length
               : -1;
}

/* What argp and getopt say of an option holds it as it was given: whatever could mislead a reader
 * is escaped on its way to stderr. */
static void parse_escaped(const struct argp *argp, int argc, char **argv, void *input)
{
    FILE *raw = stderr, *escaped;

    escaped = fopencookie(NULL, "w", (cookie_io_functions_t){.write = write_escaped});
    if (escaped == NULL)
        text_out_of_memory();
    setvbuf(escaped, NULL, _IOLBF, BUFSIZ);
    stderr = escaped;
    argp_parse(argp, argc, argv, 0, NULL, input);
    stderr = raw;
    fclose(escaped);
}

void cli_parse(const struct argp *argp, int argc, char **argv, void *input)
{
    char *name = text_format("touchstone %s", argv[0]);

    argp_err_exit_status = EXIT_USAGE;
    argv[0] = name;
    program_invocation_name = program_invocation_short_name = name;
    parse_escaped(argp, argc, argv, input);
}

int cli_subcommand(const char *verb, const struct verb *table, int argc, char **argv)
{
    _cleanup_buffer_ struct buffer known = {0};
    bool help = argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-?") == 0);

    for (const struct verb *row = table; row->name != NULL; row++) {
        if (argc > 1 && strcmp(argv[1], row->name) == 0) {
            _cleanup_free_ char *full = text_format("%s %s", verb, row->name);

            argv[1] = full;
            return row->run(argc - 1, argv + 1);
        }
        buffer_format(&known, "%s%s", known.length > 0 ? ", " : "", row->name);
    }
    if (help) {
        printf("Usage: touchstone %s COMMAND [OPTION…]\n\n", verb);
        for (const struct verb *row = table; row->name != NULL; row++)
            printf("  %-10s %s\n", row->name, row->summary);
        return EXIT_COMPATIBLE;
    }
    return argc > 1 ? cli_usage(verb, "'%s' is not a command of %s: use one of %s", argv[1], verb,
                                known.data)
                    : cli_usage(verb, "%s needs a command: one of %s", verb, known.data);
}

bool cli_colour(int fd)
{
    const char *none = getenv("NO_COLOR"), *term = getenv("TERM");

    return isatty(fd) && (none == NULL || *none == '\0') && !text_equal(term, "dumb");
}

void cli_print(const char *format, ...)
{
    _cleanup_buffer_ struct buffer shown = {0};
    _cleanup_free_ char *text = NULL;
    va_list args;

    va_start(args, format);
    if (vasprintf(&text, format, args) < 0)
        text_out_of_memory();
    va_end(args);
    buffer_printable(&shown, text, strlen(text), true);
    output_write(shown.data, shown.length);
}

int cli_print_json(const struct json_t *json)
{
    _cleanup_buffer_ struct buffer shown = {0};
    _cleanup_free_ char *text = json_dumps(json, JSON_INDENT(2));

    if (text == NULL) {
        log_error("the result cannot be written as JSON");
        return EXIT_IO;
    }
    buffer_json_printable(&shown, text);
    buffer_text(&shown, "\n");
    output_write(shown.data, shown.length);
    return EXIT_COMPATIBLE;
}
