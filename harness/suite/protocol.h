/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From what a case left to its status: one result protocol a file, behind one table. Nothing here
 * gives PASS unless everything that the protocol promises is there.
 */
#ifndef TS_SUITE_PROTOCOL_H
#define TS_SUITE_PROTOCOL_H

#include "model/result.h"
#include "suite/record.h"

/*
 * Fills status, blame, reason, started, exit_code, duration_ms and points of a row whose id, item,
 * required and judgeable are set.
 *
 * For every protocol: time limit reached, killed by a signal, exit code 99, 126 or 127, or output
 * cut off where it might have been green: ERROR, suite.
 *
 * exit: 0 PASS, 77 SKIP (reason: last line of stdout), else FAIL, product (reason: last line of
 * stderr, or of stdout).
 *
 * tap: TAP 14 (testanything.org). The points of the top level are the case's; a subtest must agree
 * with the point that ends it; YAML blocks are passed over. FAIL, product, when a point that is no
 * TODO is not ok. ERROR, suite: no plan, two plans, a plan in the middle, another count than
 * planned, a number twice or out of range, a line that is nearly a test point or a plan, a YAML
 * block that is not closed, a subtest that failed and is reported as ok, output cut off, "Bail
 * out!", an unknown line after "pragma +strict", or all ok with an exit code that is not 0. SKIP:
 * nothing but skipped points.
 */
void protocol_interpret(enum protocol protocol, const struct case_record *record,
                        struct case_result *row);

/* A PASS or FAIL of a row that is not judgeable at its grade becomes DONE: it ran, and no more is
 * said of it. */
void protocol_withhold(struct case_result *row);

#endif
