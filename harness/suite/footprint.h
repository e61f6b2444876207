/* SPDX-License-Identifier: Apache-2.0 */
/* The product's footprint, from what `touchstone-guest footprint --since` prints (inside/README.md,
 * "The footprint"). The text is not trusted. */
#ifndef TS_SUITE_FOOTPRINT_H
#define TS_SUITE_FOOTPRINT_H

#include "model/footprint.h"
#include "model/result.h"
#include "model/suite.h"

struct error;

#define FOOTPRINT_TEXT_LIMIT (512 * 1024) /* largest output, in bytes */

/* Adds a snapshot and its differences. The suite's list decides which of them may be left.
 * -EBADMSG: the text is not complete or not valid, and nothing is added. */
int footprint_read(const char *text, size_t length, enum footprint_phase phase,
                   const struct suite *suite, struct footprint *footprint, struct error **err);

/* Records that a snapshot could not be taken. */
void footprint_miss(struct footprint *footprint, enum footprint_phase phase, const char *reason);

/* Adds a finding for each file of the system that was changed. Called once, after the last
 * snapshot. */
void footprint_find_changes(struct footprint *footprint);

/* For the last uninstall case, after its snapshot: a case that passed fails if the product left
 * something behind, and has no result if that is not known. blame: of a snapshot that could not be
 * taken. */
void footprint_judge(const struct footprint *footprint, enum blame blame, struct case_result *row);

#endif
