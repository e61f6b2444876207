/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scans the files of a product with ClamAV on this host. Archives are unpacked here first, at any
 * depth, so that what the scanner cannot open is scanned too, and every file that was given to it
 * is counted against what it says that it scanned.
 */
#ifndef TS_VIRUS_SCAN_H
#define TS_VIRUS_SCAN_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "base/vec.h"

struct error;

struct virus_finding {
    char *path, *name; /* of the file, as a path in archives; of the signature */
};

struct virus_report {
    char *engine; /* version of ClamAV; NULL: it did not say */
    uint64_t signatures;
    int64_t signatures_ms; /* wall clock of the daily, else of the newest; 0: not known */
    size_t files;          /* that were scanned; empty ones are not counted */
    VEC(struct virus_finding) found;
    struct strv open; /* why it is not known that the rest is clean; empty: it is */
};
void virus_report_done(struct virus_report *report);

/* The age of the signatures in whole days; -1: not known. */
int64_t virus_signatures_days(const struct virus_report *report);

/* Adds to what is open that the signatures are too few or too old to say that a file is clean. */
void virus_check_signatures(struct virus_report *report, uint64_t least, uint64_t days);

/* database: a folder with ClamAV's signatures. without: absolute folders to skip, or NULL. work: a
 * folder for the unpacked files, which is created and removed. Negative only if an input cannot be
 * opened, or the host fails; that the scanner is missing or broke is an open point; what its
 * signatures are worth is not looked at. */
int virus_scan(const char *database, const struct strv *inputs, const struct strv *without,
               const char *work, struct virus_report *ret_report, struct error **err);

#endif
