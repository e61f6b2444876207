/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of a scan. */
#ifndef TS_VIRUS_PARTS_H
#define TS_VIRUS_PARTS_H

#include "virus/scan.h"

/* Files to be scanned: file N of `work` has the path N of the product. */
struct unpacked {
    const char *work;
    struct strv paths;
    size_t empty; /* of these */
};

/* Writes every file of an input into work. What cannot be read is added to the report. */
int virus_unpack(struct unpacked *unpacked, const char *input, const struct strv *without,
                 struct virus_report *report, struct error **err);

/* The time of the daily signatures in a folder, else of the newest; 0: it has none. */
int64_t virus_signatures_ms(const char *database);

/* Reads what clamscan printed. */
void virus_read_output(const struct unpacked *unpacked, const char *text,
                       struct virus_report *report);

#endif
