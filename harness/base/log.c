/* SPDX-License-Identifier: Apache-2.0 */
/* Diagnostics on stderr, one escaped line each. */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "base/translate.h"

static enum log_level most_detailed = LOG_INFO;

void log_set_level(enum log_level level)
{
    most_detailed = level;
}

void log_line(enum log_level level, const char *format, ...)
{
    static const char *const words[] = {N_("error: "), N_("warning: "), "", N_("debug: ")};
    _cleanup_buffer_ struct buffer line = {0};
    _cleanup_free_ char *text = NULL;
    va_list args;

    if (level > most_detailed)
        return;
    va_start(args, format);
    text = text_vformat(gettext(format), args);
    va_end(args);
    buffer_format(&line, "touchstone: %s", words[level][0] != '\0' ? gettext(words[level]) : "");
    buffer_printable(&line, text, strlen(text), false);
    buffer_text(&line, "\n");
    fwrite(line.data, 1, line.length, stderr);
}
