/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one error contract of the harness.
 *
 * A function that can fail returns 0 or a negative errno and takes `struct error **err` last. When
 * it returns negative, *err is set (if err is not NULL); when it returns 0, *err is untouched; its
 * ret_ outputs are untouched on failure. A caller propagates (returns the code), wraps
 * (error_prefix) or consumes (error_free). The message names the object, quotes the value and says
 * what to do next.
 */
#ifndef TS_BASE_ERROR_H
#define TS_BASE_ERROR_H

#include <stdarg.h>

struct error {
    int code;      /* negative errno */
    char *message; /* UTF-8, one line, no trailing newline; owned */
};

/* Sets *err to a new error (an error already there is freed) and returns code, which must be < 0.
 */
int error_set(struct error **err, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* error_set with ": <strerror(-code)>" appended, for system calls. */
int error_set_errno(struct error **err, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "<text>: " before the message of *err, if there is one; returns its code (or -EINVAL). */
int error_prefix(struct error **err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The message, or "no error" for NULL; borrowed. */
const char *error_message(const struct error *err);

void error_free(struct error *err);

static inline void error_cleanup(struct error **err)
{
    error_free(*err);
}

#endif
