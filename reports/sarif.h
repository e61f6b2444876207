/* SPDX-License-Identifier: Apache-2.0 */
/* Findings as SARIF 2.1.0, of a run or of `abi check`. */
#ifndef TS_REPORTS_SARIF_H
#define TS_REPORTS_SARIF_H

#include <jansson.h>

#include "model/finding.h"

/* A log with all kinds as its rules, and no result yet. New reference. */
json_t *sarif_log(void);

/* BLOCK is an error, HIGH and UNKNOWN a warning, WARN a note. image, platform: where the finding
 * does not say what it was held against; or NULL. */
void sarif_add(json_t *log, const struct finding *row, const char *image, const char *platform);

#endif
