/* SPDX-License-Identifier: Apache-2.0 */
/* Errors with a message for users and a code for programs. */
#include "base/error.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "base/translate.h"

/* Used to report that memory ran out; never freed. */
static char no_memory_message[] = "out of memory";
static struct error no_memory = {-ENOMEM, no_memory_message, NULL};

/* Takes message and said. */
static int replace(struct error **err, int code, char *message, char *said)
{
    struct error *fresh = err != NULL && message != NULL ? malloc(sizeof(*fresh)) : NULL;

    if (fresh == NULL) {
        free(message);
        free(said);
        message = said = NULL;
    }
    if (err == NULL)
        return code;
    error_free(*err);
    if (fresh == NULL)
        *err = &no_memory;
    else
        *err = fresh, *fresh = (struct error){code, message, said};
    return code;
}

/* NULL: no memory. */
static char *format_text(const char *format, va_list args)
{
    char *text = NULL;

    return vasprintf(&text, format, args) < 0 ? NULL : text;
}

/* The same in the user's language; NULL: it is the same, or no memory. */
static char *format_said(const char *format, va_list args)
{
    const char *translated = gettext(format);

    return translated != format ? format_text(translated, args) : NULL;
}

int error_set(struct error **err, int code, const char *format, ...)
{
    char *message, *said;
    va_list args;

    va_start(args, format);
    message = format_text(format, args);
    va_end(args);
    va_start(args, format);
    said = format_said(format, args);
    va_end(args);
    return replace(err, code, message, said);
}

static char *join(const char *before, const char *after)
{
    char *text = NULL;

    return before == NULL || asprintf(&text, "%s: %s", before, after) < 0 ? NULL : text;
}

int error_set_errno(struct error **err, int code, const char *format, ...)
{
    _cleanup_free_ char *text = NULL, *said = NULL;
    va_list args;

    va_start(args, format);
    text = format_text(format, args);
    va_end(args);
    va_start(args, format);
    said = format_said(format, args);
    va_end(args);
    return replace(err, code, join(text, english_error(-code)), join(said, strerror(-code)));
}

int error_prefix(struct error **err, const char *format, ...)
{
    _cleanup_free_ char *text = NULL, *said = NULL;
    char *message;
    va_list args;
    int code;

    if (err == NULL || *err == NULL)
        return -EINVAL;
    code = (*err)->code;
    va_start(args, format);
    text = format_text(format, args);
    va_end(args);
    va_start(args, format);
    said = format_said(format, args);
    va_end(args);
    message = join(text, (*err)->message);
    if (message == NULL)
        return code;
    if (said == NULL && (*err)->said != NULL)
        said = text_dup(text);
    return replace(err, code, message, join(said, error_said(*err)));
}

const char *error_message(const struct error *err)
{
    return err != NULL ? err->message : "no error";
}

const char *error_said(const struct error *err)
{
    return err != NULL && err->said != NULL ? err->said : error_message(err);
}

void error_free(struct error *err)
{
    if (err == NULL || err == &no_memory)
        return;
    free(err->message);
    free(err->said);
    free(err);
}
