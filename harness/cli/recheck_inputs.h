/* SPDX-License-Identifier: Apache-2.0 */
/* Finds on this host what a cell of a certificate was run with, by its digests. */
#ifndef TS_CLI_RECHECK_INPUTS_H
#define TS_CLI_RECHECK_INPUTS_H

#include "certificate/recheck.h"

struct recheck_inputs {
    const struct judged *judged; /* borrowed, as all but the folder */
    bool lower_grade;            /* run in a lower grade what cannot be run in its own here */
    const char *product;         /* the folder that packages are taken from; NULL: repositories */
    const char *suite;           /* of the command line: a name or folder; NULL: the suite's name */
    char *suite_folder;          /* the suite as it was run; NULL: it is not here */
    char *suite_why;             /* why not */
};
void recheck_inputs_done(struct recheck_inputs *inputs);

/* Looks for the suite: in the given folder, else among the installed suites and in the copies of
 * earlier runs. Negative only if the host fails. */
int recheck_find_suite(struct recheck_inputs *inputs, struct error **err);

/* Sets the image, what differs, and the obstacle, if something is not here. */
int recheck_find_inputs(const struct recheck_inputs *inputs, struct recheck_cell *cell,
                        struct error **err);

#endif
