/* SPDX-License-Identifier: Apache-2.0 */
/* Derives the status of a case from its record, by one of several result protocols, each in a file
 * of its own. A case is PASS only if everything that the protocol requires is present. */
#ifndef TS_SUITE_PROTOCOL_H
#define TS_SUITE_PROTOCOL_H

#include "model/result.h"
#include "suite/record.h"

/*
 * Sets status, blame, reason, started, exit_code, duration_ms and points of a row whose id, item,
 * required and judgeable are set.
 *
 * All protocols: ERROR, suite for a time limit reached, death by a signal, exit codes 99, 126 and
 * 127, or truncated output if it might otherwise pass.
 *
 * exit: 0 is PASS, 77 SKIP (reason: last line of stdout), else FAIL, product (reason: last line of
 * stderr, or of stdout).
 *
 * tap: TAP 14 (testanything.org). The points of the top level are the case's; a subtest must agree
 * with the point that ends it; YAML blocks are skipped. FAIL, product: a point that is not TODO is
 * not ok. ERROR, suite: no plan, two plans, a plan in the middle, another number of points than
 * planned, a duplicate number or one out of range, a line that is nearly a test point or a plan, an
 * unterminated YAML block, a subtest that failed but is reported as ok, truncated output, "Bail
 * out!", an unknown line after "pragma +strict", or all points ok with a non-zero exit code. SKIP:
 * all points are skipped. tap-documents: the same for several documents in one output.
 *
 * junit, ctest, gtest, gotest, kselftest, avocado, phoronix: the report of a test framework
 * (suite/report.h).
 */
void protocol_interpret(enum protocol protocol, const struct case_record *record,
                        struct case_result *row);

/* Adds the tests of a JUnit XML document as points to a row, with nothing concluded from them.
 * Returns NULL, or why it is not the report of a whole run; *ret_time: its first timestamp, or
 * NULL. The caller frees both. ctest: in the words of CTest. */
char *protocol_read_junit(const char *text, size_t length, bool ctest, struct case_result *row,
                          char **ret_time);

/* Changes PASS or FAIL of a row that is not judgeable at its grade to DONE: it ran, but its outcome
 * does not count. */
void protocol_withhold(struct case_result *row);

#endif
