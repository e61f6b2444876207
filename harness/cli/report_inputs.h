/* SPDX-License-Identifier: Apache-2.0 */
/* Loads what a report shows of platforms, images and suites beside their names. */
#ifndef TS_CLI_REPORT_INPUTS_H
#define TS_CLI_REPORT_INPUTS_H

struct report;

/* Reads the copies in the run's folder. A copy that is missing, modified or unreadable causes a
 * warning and is left out: the report then shows only its name. */
void report_inputs_load(struct report *report);

#endif
