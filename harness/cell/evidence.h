/* SPDX-License-Identifier: Apache-2.0 */
/* What was seen of a case's programs, and what follows from it for who is responsible. */
#ifndef TS_CELL_EVIDENCE_H
#define TS_CELL_EVIDENCE_H

#include "cell/session.h"
#include "suite/record.h"

/* Joins the case's witness with the row that its protocol made. */
void evidence_weigh(struct session *session, const struct suite_case *planned,
                    const struct case_record *record, struct case_result *row);

#endif
