/* SPDX-License-Identifier: Apache-2.0 */
/* Observations that a case recorded, from the file that `observe` writes in the guest. */
#ifndef TS_SUITE_OBSERVATIONS_H
#define TS_SUITE_OBSERVATIONS_H

#include "model/platform.h"
#include "model/result.h"
#include "suite/record.h"

#define OBSERVATIONS_MAX 4096      /* number in one case */
#define OBSERVATION_KEY_MAX 128    /* bytes, [a-z0-9_.-] */
#define OBSERVATION_VALUE_MAX 4096 /* bytes, before unescaping */
#define OBSERVATION_UNIT_MAX 32    /* bytes */

/*
 * Adds the case's observations to the result, for the case row->id; of a duplicate key the last
 * value counts. Lines are KEY TAB VALUE TAB UNIT with tab, newline and backslash escaped; VALUE is
 * not empty. If the row is PASS, it becomes ERROR, suite for: an invalid line, a line that
 * `observe` rejected (it begins with a tab), a key reserved for the harness unless the case is a
 * probe, dropped observations, or a file that was removed or replaced. Valid lines are added in any
 * case.
 */
void observations_collect(const struct case_record *record, bool probe, struct case_result *row,
                          struct result *result);

/* True for isa.*, boot.*, console.*, kernel.*, system.*, disk.root*: the harness derives facts from
 * such keys, so ordinary cases must not set them. */
bool observations_reserve(const char *key);

/* Compares the probe's observations `isa.FEATURE` (executes, sigill, …) with the platform's file: a
 * feature that the physical CPU has but that does not execute here becomes GAP_MISSING, one that it
 * lacks but that executes here GAP_EXTRA, unless result->gaps lists it already. */
void observations_hold_isa(const struct platform *platform, const struct feature_table *table,
                           struct result *result);

#endif
