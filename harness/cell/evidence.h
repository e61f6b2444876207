/* SPDX-License-Identifier: Apache-2.0 */
/* Decides who is responsible for a case's outcome from what was observed of its programs. */
#ifndef TS_CELL_EVIDENCE_H
#define TS_CELL_EVIDENCE_H

#include "cell/session.h"
#include "suite/record.h"

/* Combines the observations of the case (its witness) with the row that its protocol produced. */
void evidence_weigh(struct session *session, const struct suite_case *planned,
                    const struct case_record *record, struct case_result *row);

#endif
