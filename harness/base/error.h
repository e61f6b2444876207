/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The error contract of the harness.
 *
 * A function that can fail returns 0 or a negative errno and takes `struct error **err` as its last
 * argument. On failure, *err is set (if err is not NULL) and the ret_ outputs are unchanged; on
 * success, *err is unchanged. A caller propagates the error (returns the code), adds context
 * (error_prefix) or consumes it (error_free). Messages name the object, quote the value and say
 * what to do.
 */
#ifndef TS_BASE_ERROR_H
#define TS_BASE_ERROR_H

#include <stdarg.h>

struct error {
    int code;      /* negative errno */
    char *message; /* in English; UTF-8, one line, no trailing newline; owned */
    char *said;    /* the same in the user's language; NULL: it is the same text */
};

/* Sets *err to a new error (freeing an existing one) and returns code, which must be < 0. */
int error_set(struct error **err, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* error_set with ": <description of -code>" appended, for system calls. */
int error_set_errno(struct error **err, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Prepends "<text>: " to the message of *err, if there is one; returns its code (or -EINVAL). */
int error_prefix(struct error **err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The message, or "no error" if err is NULL; borrowed. For what is stored, or read by a program. */
const char *error_message(const struct error *err);

/* The same in the user's language, for a terminal; borrowed. */
const char *error_said(const struct error *err);

void error_free(struct error *err);

static inline void error_cleanup(struct error **err)
{
    error_free(*err);
}

#endif
