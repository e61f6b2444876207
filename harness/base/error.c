/* SPDX-License-Identifier: Apache-2.0 */
/* Errors with a message for users and a code for programs. */
#include "base/error.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

/* Used to report that memory ran out; never freed. */
static char no_memory_message[] = "out of memory";
static struct error no_memory = {-ENOMEM, no_memory_message};

static int replace(struct error **err, int code, char *message)
{
    struct error *fresh;

    if (err == NULL) {
        free(message);
        return code;
    }
    fresh = message != NULL ? malloc(sizeof(*fresh)) : NULL;
    error_free(*err);
    if (fresh == NULL) {
        free(message);
        *err = &no_memory;
        return code;
    }
    fresh->code = code;
    fresh->message = message;
    *err = fresh;
    return code;
}

int error_set(struct error **err, int code, const char *format, ...)
{
    char *message = NULL;
    va_list args;

    va_start(args, format);
    if (vasprintf(&message, format, args) < 0)
        message = NULL;
    va_end(args);
    return replace(err, code, message);
}

int error_set_errno(struct error **err, int code, const char *format, ...)
{
    _cleanup_free_ char *text = NULL;
    char *message = NULL;
    va_list args;

    va_start(args, format);
    if (vasprintf(&text, format, args) < 0)
        text = NULL;
    va_end(args);
    if (text != NULL && asprintf(&message, "%s: %s", text, strerror(-code)) < 0)
        message = NULL;
    return replace(err, code, message);
}

int error_prefix(struct error **err, const char *format, ...)
{
    _cleanup_free_ char *text = NULL;
    char *message = NULL;
    va_list args;
    int code = -EINVAL;

    if (err == NULL || *err == NULL)
        return code;
    code = (*err)->code;
    va_start(args, format);
    if (vasprintf(&text, format, args) < 0)
        text = NULL;
    va_end(args);
    if (text != NULL && asprintf(&message, "%s: %s", text, (*err)->message) >= 0)
        replace(err, code, message);
    return code;
}

const char *error_message(const struct error *err)
{
    return err != NULL ? err->message : "no error";
}

void error_free(struct error *err)
{
    if (err == NULL || err == &no_memory)
        return;
    free(err->message);
    free(err);
}
