/* SPDX-License-Identifier: Apache-2.0 */
/* Findings in SARIF 2.1.0, for a run or for `abi check`. */
#ifndef TS_REPORTS_SARIF_H
#define TS_REPORTS_SARIF_H

#include <jansson.h>

#include "model/finding.h"
#include "model/record.h"

/* Creates a log with all kinds as its rules and without results. Returns a new reference. */
json_t *sarif_log(void);

/* BLOCK is level error, HIGH and UNKNOWN are warning, WARN is note. cell: its image and platform
 * are named if the finding does not, and what its waivers let pass is suppressed; NULL: none. */
void sarif_add(json_t *log, const struct finding *row, const struct cell_record *cell);

#endif
