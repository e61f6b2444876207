/* SPDX-License-Identifier: Apache-2.0 */
/*
 * touchstone-probe: what a guest's CPU, C ABI and kernel really do, found out by doing it. One
 * static program a guest architecture; each verb is one case: TAP on stdout, facts to the
 * observations' file.
 */
#ifndef TS_PROBE_PROBE_H
#define TS_PROBE_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One test point. The format gives its name. */
void tap_ok(bool ok, const char *format, ...) __attribute__((format(printf, 2, 3)));
void tap_skip(const char *reason, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A remark that counts for nothing. */
void tap_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The plan; the exit code to end with. */
int tap_done(void);

/* A fact: to $TOUCHSTONE_OBSERVATIONS when set, and as a remark. unit may be "". */
void observe(const char *key, const char *unit, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The first line of a file without its newline; false and "" when it cannot be read. */
bool read_line(const char *path, char *text, size_t size);

/* Runs body in a child that any fault ends; its exit code below 100, 100 + the signal, or -1. */
int in_child(int (*body)(const void *argument), const void *argument);

/* The verbs. */
int probe_abi_layout(void);
int probe_floating_point(void);
int probe_isa(void);
int probe_memory(void);
int probe_system(void);

#endif
