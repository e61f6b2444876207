/* SPDX-License-Identifier: Apache-2.0 */
/* Parses one line of TAP 14, without its indentation. */
#ifndef TS_SUITE_TAP_LINE_H
#define TS_SUITE_TAP_LINE_H

#include <stdbool.h>
#include <stddef.h>

#define TAP_POINTS_MAX 10000

enum tap_kind {
    TAP_UNKNOWN, /* not TAP: ignored, but an error after `pragma +strict` */
    TAP_BLANK,   /* blank lines and comments */
    TAP_SUBTEST, /* `# Subtest: name` */
    TAP_VERSION,
    TAP_PLAN,
    TAP_POINT,
    TAP_PRAGMA,
    TAP_BAIL,
    TAP_NEARLY, /* a test point, plan or pragma with a mistake: never ignored */
};

enum tap_directive { TAP_NO_DIRECTIVE, TAP_SKIP, TAP_TODO };

struct tap_line {
    enum tap_kind kind;
    bool ok;       /* point: "ok"; pragma: "+" */
    bool numbered; /* point: has a number */
    size_t number; /* number of a point, plan or version; TAP_POINTS_MAX + 1 stands for everything
                      above */
    enum tap_directive directive; /* of a point */
    char *text;   /* point: description; subtest: name; pragma: key; bail: the line. Unescaped */
    char *reason; /* after a directive, or after the # of a plan; unescaped; NULL: none */
};

/* Parses text, which contains no newline. ret_line owns its strings: free with tap_line_done. */
void tap_line_read(const char *text, size_t length, struct tap_line *ret_line);
void tap_line_done(struct tap_line *line);

#endif
