/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone-probe: tests the actual behaviour of a guest's CPU, C ABI and kernel. One static
 * program for each guest architecture; each verb is one case: TAP on stdout, measurements in the
 * observations file. */
#ifndef TS_PROBE_PROBE_H
#define TS_PROBE_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A test point. The format gives its name. */
void tap_ok(bool ok, const char *format, ...) __attribute__((format(printf, 2, 3)));
void tap_skip(const char *reason, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A comment without effect on the result. */
void tap_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Prints the plan; returns the exit code. */
int tap_done(void);

/* Records an observation in $TOUCHSTONE_OBSERVATIONS, if set, and prints it as a comment. unit may
 * be "". */
void observe(const char *key, const char *unit, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Reads the first line of a file without its newline; false and "" if it cannot be read. */
bool read_line(const char *path, char *text, size_t size);

/* Runs body in a child that may be killed by a fault; returns its exit code if below 100, 100 + the
 * signal, or -1. */
int in_child(int (*body)(const void *argument), const void *argument);

/* The verbs. */
int probe_abi_layout(void);
int probe_floating_point(void);
int probe_isa(void);
int probe_memory(void);
int probe_system(void);

#endif
