/* SPDX-License-Identifier: Apache-2.0 */
/* Internal to suite/: what the protocols that read a producer's report have in common. Each reads
 * the report, adds its test points, and concludes once. */
#ifndef TS_SUITE_REPORT_H
#define TS_SUITE_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/json.h"
#include "model/result.h"
#include "suite/record.h"

#define REPORT_POINTS_MAX 50000

struct report {
    struct case_result *row;
    const char *kind; /* of the report, for messages: "JUnit XML" */
    size_t counts[STATUS_COUNT];
    char *worst[STATUS_COUNT]; /* name and detail of the first point of each status */
    char *broken;              /* the first fault of the report */
};

/* Where a protocol finds its report. */
enum report_source {
    REPORT_FILE,   /* $TOUCHSTONE_REPORT only */
    REPORT_STDOUT, /* $TOUCHSTONE_REPORT if it was written, otherwise standard output */
};

/*
 * Calls `read` for each document of the report: the file, or in a folder the files whose names end
 * with `suffix` (all, if it is NULL), or standard output; then sets the status of the row:
 *
 * ERROR, suite: no report, a file that was left out, a fault that `read` found, a point with status
 * ERROR, no point at all, or a non-zero exit code although no point failed. FAIL, product: a point
 * failed. PASS: at least one point passed. SKIP: none was judged, or there is no report and the
 * exit code is 77.
 */
void report_interpret(const struct case_record *record, struct case_result *row, const char *kind,
                      enum report_source source, const char *suffix,
                      void (*read)(struct report *report, const char *text, size_t length));

/* Records a fault: the case cannot pass. Only the first one is kept. */
void report_break(struct report *report, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Adds a point. detail and raw may be NULL; raw: the status in the words of the producer. */
void report_add(struct report *report, enum status status, const char *name, const char *detail,
                const char *raw);

size_t report_count(const struct report *report);

/* A member of a JSON object that is a text; "": it is something else, or absent. Borrowed. */
const char *report_member(const json_t *object, const char *key);

/* Notes a fault unless `what`, the run or a part of it, declares under `key` that it has as many
 * tests as it lists. */
void report_compare(struct report *report, const json_t *declared, const char *what,
                    const char *key, size_t listed);

/* The first line of a text that is not blank, as a new string; NULL: there is none. */
char *report_first_line(const char *text);

#endif
