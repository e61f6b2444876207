/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Results of other systems as runs of the store, with the grade `reported`.
 *
 * A report is worth what it proves: what its tool is known not to prove is DONE or MISS, with the
 * gap named in the reason, never PASS; a status that it does not give is MISS. Nobody is
 * responsible whom the report does not name. The identity of its guest is never measured. The files
 * are evidence as they are, and nothing in them is trusted.
 */
#ifndef TS_REPORTED_REPORTED_H
#define TS_REPORTED_REPORTED_H

#include <stdbool.h>
#include <stddef.h>

struct error;
struct store;

struct reported_request {
    const char *format; /* one of reported_formats */
    const char *path;   /* a file, or a folder if the format has one */
    const char *image, *platform, *suite;
    const char *label, *build; /* may be NULL */
};

struct reported_run {
    char *id;
    bool known; /* these files were imported before: nothing was changed */
    size_t files, cases, gaps;
};
void reported_run_done(struct reported_run *run);

/*
 * Adds the run of a report; the controller's lock is held. The same files for the same cell give
 * the same run, whenever and in whichever order they are imported. Names need not be registered,
 * but if they are, they must not contradict each other or the report. -EINVAL: a name, the format,
 * or a contradiction; -EBADMSG, -EFBIG: the report; -EEXIST: another run has its id.
 */
int reported_import(struct store *store, const struct reported_request *request,
                    struct reported_run *ret_run, struct error **err);

#endif
