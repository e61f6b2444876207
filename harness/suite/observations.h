/* SPDX-License-Identifier: Apache-2.0 */
/* Facts that a case measured, from the file that `observe` writes in the guest. */
#ifndef TS_SUITE_OBSERVATIONS_H
#define TS_SUITE_OBSERVATIONS_H

#include "model/platform.h"
#include "model/result.h"
#include "suite/record.h"

#define OBSERVATIONS_MAX 4096      /* of one case */
#define OBSERVATION_KEY_MAX 128    /* bytes, [a-z0-9_.-] */
#define OBSERVATION_VALUE_MAX 4096 /* bytes, before escapes are undone */
#define OBSERVATION_UNIT_MAX 32    /* bytes */

/* Adds the case's observations to the result, row->id as their case; a key given twice keeps its
 * last value. Lines are KEY TAB VALUE TAB UNIT with \t, \n and \\ escaped, VALUE not empty. A line
 * that is none, one that `observe` refused (it begins with a tab), a key of the harness's own where
 * the case is no probe, observations that were dropped, and a file that was removed or replaced
 * turn a row that PASSed into ERROR, suite; the good lines stay. */
void observations_collect(const struct case_record *record, bool probe, struct case_result *row,
                          struct result *result);

/* isa.*, boot.*, console.*, kernel.*, system.*, disk.root*: what the harness derives from such a
 * key must not be planted by any case. */
bool observations_reserve(const char *key);

/* Holds the probe's observations `isa.FEATURE` (executes, sigill, …) against the platform's file:
 * what the real part has and does not execute here becomes GAP_MISSING, what it lacks and executes
 * here GAP_EXTRA, where result->gaps does not list it already. */
void observations_hold_isa(const struct platform *platform, const struct feature_table *table,
                           struct result *result);

#endif
