/* SPDX-License-Identifier: Apache-2.0 */
/* Errors and output, common to all verbs. */
#include "cli/cli.h"
#include "cli/output.h"
#include "cli/pager.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "base/translate.h"

/* Distinguishes what the user can correct in the request from failures of the host. */
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
    case ENODATA:
        return EXIT_NO_RESULTS;
    case EINTR:
        return EXIT_INTERRUPTED;
    default:
        return EXIT_IO;
    }
}

int cli_fail(struct error *err)
{
    int code = err != NULL ? code_of(err) : EXIT_IO;

    log_error("%s", error_said(err));
    error_free(err);
    return code;
}

int cli_usage(const char *verb, const char *format, ...)
{
    _cleanup_free_ char *text = NULL;
    va_list args;

    va_start(args, format);
    text = text_vformat(gettext(format), args);
    va_end(args);
    log_error("%s; see 'touchstone %s --help'", text, verb);
    return EXIT_USAGE;
}

bool cli_colour(int fd)
{
    const char *none = getenv("NO_COLOR"), *term = getenv("TERM");

    return (isatty(fd) || (fd == STDOUT_FILENO && pager_is_active())) &&
           (none == NULL || *none == '\0') && !text_equal(term, "dumb");
}

void cli_print(const char *format, ...)
{
    _cleanup_buffer_ struct buffer shown = {0};
    _cleanup_free_ char *text = NULL;
    va_list args;

    va_start(args, format);
    text = text_vformat(gettext(format), args);
    va_end(args);
    buffer_printable(&shown, text, strlen(text), true);
    output_write(shown.data, shown.length);
}

int cli_print_json(const char *format, int version, const struct json_t *json)
{
    _cleanup_json_ json_t *root = json_with_format(format, version, json);
    _cleanup_buffer_ struct buffer shown = {0};
    _cleanup_free_ char *text = json_dumps(root, JSON_INDENT(2));

    if (text == NULL) {
        log_error("the result cannot be written as JSON");
        return EXIT_IO;
    }
    buffer_json_printable(&shown, text);
    buffer_text(&shown, "\n");
    output_write(shown.data, shown.length);
    return EXIT_COMPATIBLE;
}
