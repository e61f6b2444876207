/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes a suite from tests that exist: autopkgtest, bats, LTP, tmt, or the configuration of the
 * Kunpeng compatibility tool. A test that cannot be run here becomes a case that is skipped with
 * the reason; none is dropped. What a mapping loses is in touchstone-suite(1).
 */
#ifndef TS_IMPORT_IMPORT_H
#define TS_IMPORT_IMPORT_H

#include <stddef.h>

#include "base/text.h"

struct error;

struct import_request {
    const char *source; /* a folder, a file, or a Debian .dsc */
    const char *name;   /* of the suite */
    const char *kind;   /* a word of import_kinds; NULL: recognise it */
    const char *parent; /* folder in which the suite's folder is created */
    struct strv only;   /* names of the tests to import; empty: all */
};

struct import_outcome {
    char *folder, *kind;
    size_t cases, skipped; /* skipped: cases that only give a reason */
    struct strv notes;     /* one line each: what was found and is not mapped */
};

/* -EINVAL: the source is none of the kinds, or is malformed; -EEXIST: the suite exists. Nothing is
 * left behind on failure. */
int import_suite(const struct import_request *request, struct import_outcome *ret_outcome,
                 struct error **err);
void import_outcome_done(struct import_outcome *outcome);

/* The words of --kind, separated by '|'. */
extern const char import_kinds[];

#endif
