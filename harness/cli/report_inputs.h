/* SPDX-License-Identifier: Apache-2.0 */
/* What a report says of platforms, images and suites beside their names. */
#ifndef TS_CLI_REPORT_INPUTS_H
#define TS_CLI_REPORT_INPUTS_H

struct report;

/* Reads the copies in the run's folder. One that is gone, was changed or cannot be read is warned
 * about and left out: the report then has its name only. */
void report_inputs_load(struct report *report);

#endif
